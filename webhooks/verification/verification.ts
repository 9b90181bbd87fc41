import type { UnverifiedDelivery, VerifiedBytes } from '../delivery.ts';
import {
  type ApiKeyConfig,
  type BasicConfig,
  type BearerConfig,
  credentialsVerifier,
} from './credentials.ts';
import { type GithubConfig, githubVerifier } from './github.ts';
import { type HmacConfig, hmacVerifier } from './hmac.ts';
import { type ShopifyConfig, shopifyVerifier } from './shopify.ts';
import { type SlackConfig, slackVerifier } from './slack.ts';
import {
  type StandardWebhooksConfig,
  standardWebhooksHeaders,
  standardWebhooksVerifier,
} from './standard-webhooks.ts';
import { type StripeConfig, stripeVerifier } from './stripe.ts';
import { type TwilioConfig, twilioVerifier } from './twilio.ts';
import { type Verifier, SecretFormatError } from './verifier.ts';

/** How deliveries prove where they come from, by a secret that sender and receiver know. */
export type SecretVerificationConfig =
  | StandardWebhooksConfig
  | GithubConfig
  | StripeConfig
  | SlackConfig
  | ShopifyConfig
  | TwilioConfig
  | HmacConfig
  | BasicConfig
  | BearerConfig
  | ApiKeyConfig;

/**
 * How deliveries prove where they come from. `none` takes everything from everybody; whoever loads the
 * configuration refuses it unless the server listens on loopback.
 */
export type VerificationConfig = SecretVerificationConfig | { readonly scheme: 'none' };

/** Where in a delivery a scheme has the id; null: the body identifies the delivery. */
export function idPlaceOf(config: VerificationConfig): { header: string } | { pointer: string } | null {
  if (config.scheme === 'hmac') return config.idHeader === undefined ? null : { header: config.idHeader };
  if (config.scheme === 'standard-webhooks') return { header: standardWebhooksHeaders(config).id };
  return idPlaces[config.scheme];
}

const idPlaces = {
  github: { header: 'x-github-delivery' },
  stripe: { pointer: '/id' },
  slack: { pointer: '/event_id' },
  shopify: { header: 'x-shopify-webhook-id' },
  twilio: { header: 'i-twilio-idempotency-token' },
  basic: null,
  bearer: null,
  'api-key': null,
  none: null,
} as const satisfies Record<
  Exclude<VerificationConfig['scheme'], 'hmac' | 'standard-webhooks'>,
  ReturnType<typeof idPlaceOf>
>;

/**
 * Makes the verifier of a scheme.
 * @throws SecretFormatError when there is no secret or one has the wrong format.
 */
export function createVerifier(config: VerificationConfig): Verifier {
  if (config.scheme === 'none') return () => true;
  if (typeof config.secrets !== 'function' && config.secrets.length === 0) {
    throw new SecretFormatError(`${config.scheme} needs at least one secret`);
  }
  switch (config.scheme) {
    case 'standard-webhooks':
      return standardWebhooksVerifier(config);
    case 'github':
      return githubVerifier(config);
    case 'stripe':
      return stripeVerifier(config);
    case 'slack':
      return slackVerifier(config);
    case 'shopify':
      return shopifyVerifier(config);
    case 'twilio':
      return twilioVerifier(config);
    case 'hmac':
      return hmacVerifier(config);
    default:
      return credentialsVerifier(config);
  }
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
  request: { headers, body, target },
  groups,
  nowMs,
}: {
  request: UnverifiedDelivery;
  groups: readonly VerificationGroup<Event>[];
  nowMs: number;
}): VerifiedBytes<Event> | null {
  const good = groups.filter(({ verifier }) => verifier({ headers, body, nowMs, target }));
  if (good.length === 0) return null;
  const events = good.flatMap((group) => group.events);
  return { headers, bytes: body, events } as unknown as VerifiedBytes<Event>;
}
