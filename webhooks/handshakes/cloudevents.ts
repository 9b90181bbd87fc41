import { singleHeader } from '../delivery.ts';
import { type Handshake, HandshakeConfigError } from './greeting.ts';

export interface CloudEventsHandshakeConfig {
  readonly scheme: 'cloudevents';
  /** Names of the systems that may deliver, as they call themselves (`eventgrid.azure.net`); `*` for all. */
  readonly origins: readonly string[];
  /** Deliveries per minute that are taken. @default no limit is named */
  readonly ratePerMinute?: number | undefined;
}

/**
 * Agrees with an `OPTIONS` request of an origin that is configured. With any other it says nothing, which the
 * specification wants to be no consent. `WebHook-Request-Callback` is never called: it would be an outbound request to
 * an address that anybody can choose. Of what was sent nothing stands in the answer: it names the configured origin.
 *
 * Source: HTTP 1.1 Web Hooks for Event Delivery 1.0.2 (CloudEvents), section 4, "Abuse Protection".
 *
 * @throws HandshakeConfigError when an origin is no DNS name, or the rate is no positive integer
 */
export function cloudEventsHandshake(config: CloudEventsHandshakeConfig): Handshake {
  const { origins, ratePerMinute } = config;
  if (origins.length === 0)
    throw new HandshakeConfigError('the cloudevents handshake needs at least one origin');
  if (origins.some((origin) => origin !== '*' && !isName(origin))) {
    throw new HandshakeConfigError('an origin of the cloudevents handshake must be a DNS name, or *');
  }
  if (ratePerMinute !== undefined && !(Number.isSafeInteger(ratePerMinute) && ratePerMinute > 0)) {
    throw new HandshakeConfigError('the rate of the cloudevents handshake must be a positive integer');
  }
  const rate = ratePerMinute === undefined ? '*' : String(ratePerMinute);
  return {
    greet({ method, headers }) {
      const asked = singleHeader(headers, 'webhook-request-origin');
      if (method !== 'OPTIONS' || asked === null || !isName(asked)) return undefined;
      if (!isRate(headers['webhook-request-rate'])) return undefined;
      const origin = origins.find((one) => one === '*' || one.toLowerCase() === asked.toLowerCase());
      if (origin === undefined) return undefined;
      return {
        status: 200,
        headers: { allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': rate },
        body: null,
        outcome: 'handshake',
      };
    },
  };
}

/** A DNS name (RFC 1123, section 2.1), of one label or more. */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z\d](?:[a-z\d-]{0,62})(?:\.[a-z\d][a-z\d-]{0,62})*$/i.test(text);
}

/** Section 4.1.4: when it is asked for, a positive integer. */
function isRate(value: string | readonly string[] | undefined): boolean {
  return value === undefined || (typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value));
}
