import type { DeliveryHeaders } from '../delivery.ts';

/** What stands in the place of a secret. */
export const redacted = '[redacted]';

/** Names by which credentials travel, whatever the configuration says. */
const alwaysSecret = /(?:^|[-_])authorization$|^(?:set-)?cookie2?$/;

/** Parts of names that senders give to credentials of their own: `x-gitlab-token`, `x-api-key`, `x-shared-secret`. */
const soundsSecret =
  /(?:^|[-_])(?:token|secret|passw(?:or)?d|passphrase|credentials?|session|jwt|(?:api|access|auth|private|shared|master)[-_]?key)(?:[-_]|$)|apikey/;

/** Header names of a source, in lower case, that its configuration gives a meaning. */
export interface ConfiguredHeaders {
  /** Which delivery, or which event it is: they are read again when a letter is redriven. */
  readonly identifying: readonly string[];
  /** Those that hold a credential. */
  readonly secret: readonly string[];
}

/**
 * Headers without the values of those that hold a secret; the names stay. Signatures stay too: they are evidence, and
 * nobody can make another with one.
 */
export function redactHeaders(
  headers: DeliveryHeaders,
  { identifying, secret }: ConfiguredHeaders,
): DeliveryHeaders {
  const isSecret = (name: string) =>
    alwaysSecret.test(name) ||
    secret.includes(name) ||
    (soundsSecret.test(name) && !identifying.includes(name));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? withoutValue(value) : value]),
  );
}

function withoutValue(value: DeliveryHeaders[string]): DeliveryHeaders[string] {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? redacted : value.map(() => redacted);
}
