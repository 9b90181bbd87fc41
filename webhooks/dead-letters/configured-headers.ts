import type { WebhookEvent, WebhookSource } from '../source.ts';
import { idHeaderOfScheme } from '../verification/verification.ts';
import type { ConfiguredHeaders } from './redacted-headers.ts';

/** What the configuration says of the headers of each source. */
export function configuredHeaders(sources: readonly WebhookSource[]): (source: string) => ConfiguredHeaders {
  const ofSource = new Map(sources.map(({ name, events }) => [name, headersOf(events)]));
  return (source) => ofSource.get(source) ?? { identifying: [], secret: [] };
}

function headersOf(events: readonly WebhookEvent[]): ConfiguredHeaders {
  return {
    identifying: distinct(events.flatMap(identifyingHeaders)),
    secret: distinct(events.flatMap(secretHeaders)),
  };
}

function identifyingHeaders({ id, match, verify }: WebhookEvent): string[] {
  const places = [id, match].flatMap((place) => (place && 'header' in place ? place.header : []));
  return [...places, idHeaderOfScheme[verify.scheme] ?? []].flat();
}

/** With `api-key` the header is the secret; with other schemes it is a signature, if there is one. */
function secretHeaders({ verify }: WebhookEvent): string[] {
  const { scheme, header } = verify as { scheme: string; header?: string };
  return scheme === 'api-key' && header !== undefined ? [header] : [];
}

/** In an order of their own: the order of events in a file says nothing. */
function distinct(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].toSorted();
}
