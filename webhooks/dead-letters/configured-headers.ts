import type { WebhookEvent, WebhookSource } from '../source.ts';
import { idPlaceOf } from '../verification/verification.ts';
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
  const places = [id, match, idPlaceOf(verify)];
  return places.flatMap((place) => (place && 'header' in place ? place.header : []));
}

/** `authorization`, where other schemes have theirs, is a secret always. */
function secretHeaders({ verify }: WebhookEvent): string[] {
  return verify.scheme === 'api-key' ? [verify.header] : [];
}

/** In an order of their own: the order of events in a file says nothing. */
function distinct(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].toSorted();
}
