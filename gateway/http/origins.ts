import type { IncomingMessage } from 'node:http';

/** Tells whether a web page of an origin may use `/graphql`. */
export type OriginCheck = (request: Pick<IncomingMessage, 'headers'>) => boolean;

/**
 * Lets pages of the gateway's own host and of the listed origins in; a request without `Origin` is no page's.
 * WebSocket upgrades are checked too, because browsers do not apply CORS to them (RFC 6455, section 10.2).
 * @param allowed origins, or `*`
 */
export function createOriginCheck(allowed: readonly string[]): OriginCheck {
  const origins = new Set(allowed);
  return ({ headers: { origin, host } }) => {
    if (origin === undefined || origins.has('*') || origins.has(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  };
}
