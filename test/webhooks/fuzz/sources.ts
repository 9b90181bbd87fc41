/** Sources of every scheme, format and handshake, strict and not, with a schema and without. */
import { generateKeyPairSync } from 'node:crypto';
import type { WebhookEvent, WebhookSource } from '../../../webhooks/source.ts';
import type { VerificationConfig } from '../../../webhooks/verification/verification.ts';

export const bodyBytesMax = 4096;
export const publicUrl = 'https://hooks.example.com';

/** Which secret a sender has: the one in use, the one before it, or one that nobody here knows. */
export type WhichSecret = 'current' | 'former' | 'other';

const encoded = (text: string) => `whsec_${Buffer.from(text.padEnd(24, '.')).toString('base64')}`;
const standardSecrets = {
  current: encoded('the secret of today'),
  former: encoded('the secret of yesterday'),
  other: encoded('nobody has it'),
};
const texts = { current: 'token-of-today', former: 'token-of-yesterday', other: 'token-of-nobody' };

const keyPairs = { current: keyPair(), former: keyPair(), other: keyPair() };

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { secret: `whpk_${bytes.toString('base64')}`, publicKey, privateKey };
}

/** The key pair of a `whpk_` secret, or of the sender who has it; undefined for a secret of another kind. */
export function keyPairOf({ scheme, ...rest }: VerificationConfig, which: WhichSecret) {
  const secrets = scheme === 'none' || !('secrets' in rest) ? [] : rest.secrets;
  const isPublic = Array.isArray(secrets) && String(secrets[0]).startsWith('whpk_');
  return isPublic ? keyPairs[which] : undefined;
}

/** What a sender with that secret signs by. */
export function signingConfig(verify: VerificationConfig, which: WhichSecret): VerificationConfig {
  if (verify.scheme === 'none') return verify;
  const known = verify.scheme === 'standard-webhooks' ? standardSecrets : texts;
  return { ...verify, secrets: [known[which]] };
}

const secrets = [texts.current, texts.former];
const standard = {
  scheme: 'standard-webhooks',
  secrets: [standardSecrets.current, standardSecrets.former],
} as const;
const github = { scheme: 'github', secrets } as const;

export const hmac = {
  scheme: 'hmac',
  secrets,
  header: 'X-Shop-Signature',
  algorithm: 'sha512',
  encoding: 'base64url',
  prefix: 'v1=',
  signed: '{id}.{timestamp}.{method}.{target}.{body}',
  idHeader: 'X-Shop-Id',
  timestampHeader: 'X-Shop-Time',
  timestampUnit: 'milliseconds',
} as const;

const thing = {
  type: 'object',
  required: ['total'],
  properties: {
    total: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: '^[0-9]{1,9}$' },
      ],
    },
    note: { type: 'string', maxLength: 20, format: 'email' },
    parts: { type: 'array', uniqueItems: true, items: { $ref: '#/components/schemas/Thing' } },
  },
};
const schema = { $ref: '#/components/schemas/Thing', components: { schemas: { Thing: thing } } };

const event = (verify: VerificationConfig, more: Partial<WebhookEvent> = {}): WebhookEvent => ({
  name: 'created',
  verify,
  dialect: '3.1',
  successStatus: 202,
  ...more,
});
const source = (name: string, ...events: WebhookEvent[]): WebhookSource => ({ name, bodyBytesMax, events });

/** An event for each type of payload, told apart by a place in the delivery. */
const byType = (verify: VerificationConfig, place: object, more: Partial<WebhookEvent> = {}) => [
  event(verify, { ...more, schema, match: { ...place, equals: 'created' } as WebhookEvent['match'] }),
  event(verify, {
    ...more,
    name: 'cancelled',
    successStatus: 200,
    match: { ...place, equals: 'cancelled' } as WebhookEvent['match'],
  }),
];

const cloudEvents = { format: 'cloudevents' } as const;
const strict = { schema, isStrict: true, successStatus: 204 } as const;

export const sources: readonly WebhookSource[] = [
  source('standard', ...byType(standard, { pointer: '/type' })),
  source(
    'asymmetric',
    event(
      { scheme: 'standard-webhooks', secrets: [keyPairs.current.secret, keyPairs.former.secret] },
      strict,
    ),
  ),
  source('github', ...byType(github, { header: 'x-github-event' })),
  source('stripe', event({ scheme: 'stripe', secrets }, { ...strict, subject: '/note' })),
  source(
    'slack',
    ...byType({ scheme: 'slack', secrets }, { pointer: '/type' }, { handshake: { scheme: 'slack' } }),
  ),
  { ...source('shopify', event({ scheme: 'shopify', secrets }, { schema })), rateMax: 0.5 },
  source('twilio', event({ scheme: 'twilio', secrets, publicUrl }, { format: 'form' })),
  source('twilio-json', event({ scheme: 'twilio', secrets, publicUrl }, { schema, isStrict: true })),
  source('hmac', event(hmac, { schema, subject: '/total' })),
  source(
    'basic',
    event({ scheme: 'basic', user: 'shop', secrets }, { ...cloudEvents, ...strict }),
    event({ scheme: 'basic', user: 'shop', secrets }, { ...cloudEvents, name: 'cancelled' }),
  ),
  source('bearer', event({ scheme: 'bearer', secrets }, { format: 'form', id: { pointer: '/id' } })),
  source(
    'api-key',
    event(
      { scheme: 'api-key', header: 'X-Key', secrets },
      { id: { pointer: '/id' }, handshake: { scheme: 'microsoft-graph' } },
    ),
  ),
  source(
    'none',
    event({ scheme: 'none' }, { ...strict, handshake: { scheme: 'websub', topics: ['https://a.test/'] } }),
  ),
  source(
    'grid',
    event(github, {
      ...cloudEvents,
      schema,
      id: { header: 'ce-id' },
      handshake: { scheme: 'cloudevents', origins: ['grid.test'] },
    }),
  ),
  source(
    'mixed',
    event(standard, { match: { pointer: '/type', equals: 'created' } }),
    event(github, { ...cloudEvents, name: 'cancelled' }),
  ),
];
