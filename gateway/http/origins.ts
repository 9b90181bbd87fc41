import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Tells whether a web page of an origin may use `/graphql`. */
export type OriginCheck = (request: Pick<IncomingMessage, 'headers'>) => boolean;

export interface OriginCheckOptions {
  /** Origins of pages that may, or `*`. */
  allowed: readonly string[];
  /** Base URL of the gateway, whose own pages may; empty when there is none. */
  publicUrl: string;
}

/**
 * Lets the gateway's own pages and those of the listed origins in; a request without `Origin` is no page's.
 * WebSocket upgrades are checked too, because browsers do not apply CORS to them (RFC 6455, section 10.2). A host
 * name other than localhost or that of `publicUrl` is not taken for the gateway's own: whoever owns a name can let it
 * lead here (DNS rebinding).
 */
export function createOriginCheck({ allowed, publicUrl }: OriginCheckOptions): OriginCheck {
  const origins = new Set(allowed);
  if (publicUrl !== '') origins.add(new URL(publicUrl).origin);
  return ({ headers: { origin, host } }) => {
    if (origin === undefined || origins.has('*') || origins.has(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const page = new URL(origin);
    return page.host === host && isOwnHost(page.hostname);
  };
}

function isOwnHost(hostname: string): boolean {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
