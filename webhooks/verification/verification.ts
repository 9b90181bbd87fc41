import type { UnverifiedDelivery, VerifiedBytes } from '../delivery.ts';
import { type GithubConfig, githubVerifier } from './github.ts';
import { type StandardWebhooksConfig, standardWebhooksVerifier } from './standard-webhooks.ts';
import { type Verifier, SecretFormatError } from './verifier.ts';

/**
 * How deliveries prove where they come from. `none` takes everything from everybody; whoever loads the
 * configuration refuses it unless the server listens on loopback.
 */
export type VerificationConfig = StandardWebhooksConfig | GithubConfig | { readonly scheme: 'none' };

/** Header that carries the delivery's id in a scheme that has one; null: the body identifies the delivery. */
export const idHeaderOfScheme = {
  'standard-webhooks': 'webhook-id',
  github: 'x-github-delivery',
  none: null,
} as const satisfies Record<VerificationConfig['scheme'], string | null>;

/**
 * Makes the verifier of a scheme.
 * @throws SecretFormatError when there is no secret or one has the wrong format.
 */
export function createVerifier(config: VerificationConfig): Verifier {
  if (config.scheme === 'none') return () => true;
  if (config.secrets.length === 0) throw new SecretFormatError(`${config.scheme} needs at least one secret`);
  if (config.scheme === 'github') return githubVerifier(config);
  return standardWebhooksVerifier(config);
}

/** Events that share one verification config, so that a delivery is verified once for all of them. */
export interface VerificationGroup<Event> {
  readonly verifier: Verifier;
  readonly events: readonly Event[];
}

/**
 * Checks the signature of a delivery: the only way from unverified to verified bytes.
 * @returns the bytes with the events that the signature is good for; null when it is good for none.
 */
export function verifyDelivery<Event>({
  request: { headers, body },
  groups,
  nowMs,
}: {
  request: UnverifiedDelivery;
  groups: readonly VerificationGroup<Event>[];
  nowMs: number;
}): VerifiedBytes<Event> | null {
  const good = groups.filter(({ verifier }) => verifier({ headers, body, nowMs }));
  if (good.length === 0) return null;
  const events = good.flatMap((group) => group.events);
  return { headers, bytes: body, events } as unknown as VerifiedBytes<Event>;
}
