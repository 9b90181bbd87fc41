/** Every scheme with a sender of its own: signed here by the provider's description, with none of the code under test. */
import { createHash, createHmac, generateKeyPairSync, sign as signEd25519 } from 'node:crypto';
import type { SecretVerificationConfig } from '../../../webhooks/verification/verification.ts';
import { nowMs } from '../senders.ts';

/** What a sender makes of a body. */
export interface SchemeDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly target: string;
}

export interface Scheme {
  readonly name: string;
  readonly config: SecretVerificationConfig;
  /** As they are configured: the one in use, the one before, one that nobody has. */
  readonly secrets: { readonly current: string; readonly former: string; readonly other: string };
  readonly contentType: string;
  readonly body: string;
  /** What the log keeps of it. */
  readonly json: string;
  readonly sign: (given: { body: string; secret: string; timestamp: string }) => SchemeDelivery;
  /** Now as its timestamp has it; null when it signs no time. */
  readonly timestamp: ((ms: number) => string) | null;
  /** Headers that it can't do without. */
  readonly needs: readonly string[];
  /** Header whose bytes prove who sent it. */
  readonly proof: string;
  readonly signsBody: boolean;
  readonly signsTarget: boolean;
  /** Whether its own signer can sign: not with a public key. */
  readonly hasSigner: boolean;
}

const seconds = (ms: number) => String(Math.floor(ms / 1000));
const target = '/webhooks/source/event?a=1';
const json = 'application/json';
const formType = 'application/x-www-form-urlencoded';
const mac = (algorithm: string, key: string | Buffer, text: string) =>
  createHmac(algorithm, key).update(text);
const texts = { current: 'the secret of today', former: 'the secret of yesterday', other: 'nobody has it' };
const tokens = { current: 'token-of-today', former: 'token-of-yesterday', other: 'token-of-nobody' };

const base64Secret = (text: string) => `whsec_${Buffer.from(text.padEnd(24, '.')).toString('base64')}`;
const keyPairs = new Map(
  ['current', 'former', 'other'].map((which) => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    return [which, { text: `whpk_${bytes.toString('base64')}`, privateKey }];
  }),
);
const publicKeyOf = (which: string) => keyPairs.get(which)?.text ?? '';
const privateKeyOf = (text: string) => {
  const pair = [...keyPairs.values()].find((candidate) => candidate.text === text);
  if (!pair) throw new Error('no such key');
  return pair.privateKey;
};

const signed = {
  contentType: json,
  body: '{"total":"12.50 €"}',
  json: '{"total":"12.50 €"}',
  signsBody: true,
  signsTarget: false,
  hasSigner: true,
};
const timed = { timestamp: seconds };
const untimed = { timestamp: null };

const standard = {
  ...signed,
  ...timed,
  needs: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  proof: 'webhook-signature',
} as const;
const credentials = { ...signed, ...untimed, signsBody: false } as const;

export const schemes: readonly Scheme[] = [
  {
    ...standard,
    name: 'standard-webhooks v1',
    config: { scheme: 'standard-webhooks', secrets: [] },
    secrets: {
      current: base64Secret(texts.current),
      former: base64Secret(texts.former),
      other: base64Secret(texts.other),
    },
    sign: ({ body, secret, timestamp }) => {
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
      const code = mac('sha256', key, `msg_1.${timestamp}.${body}`).digest('base64');
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${code}`,
      };
      return { headers, target };
    },
  },
  {
    ...standard,
    name: 'standard-webhooks v1a',
    config: { scheme: 'standard-webhooks', secrets: [] },
    secrets: { current: publicKeyOf('current'), former: publicKeyOf('former'), other: publicKeyOf('other') },
    sign: ({ body, secret, timestamp }) => {
      const message = Buffer.from(`msg_1.${timestamp}.${body}`);
      const code = signEd25519(null, message, privateKeyOf(secret)).toString('base64');
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1a,${code}`,
      };
      return { headers, target };
    },
    hasSigner: false,
  },
  {
    ...standard,
    name: 'standard-webhooks of Svix',
    config: { scheme: 'standard-webhooks', secrets: [], headerPrefix: 'svix' },
    needs: ['svix-id', 'svix-timestamp', 'svix-signature'],
    proof: 'svix-signature',
    secrets: {
      current: base64Secret(texts.current),
      former: base64Secret(texts.former),
      other: base64Secret(texts.other),
    },
    sign: ({ body, secret, timestamp }) => {
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
      const code = mac('sha256', key, `msg_1.${timestamp}.${body}`).digest('base64');
      const headers = {
        'svix-id': 'msg_1',
        'svix-timestamp': timestamp,
        'svix-signature': `v1,${code}`,
      };
      return { headers, target };
    },
  },
  {
    ...signed,
    ...untimed,
    name: 'github',
    config: { scheme: 'github', secrets: [] },
    secrets: texts,
    sign: ({ body, secret }) => {
      const code = mac('sha256', secret, body).digest('hex');
      return { headers: { 'x-hub-signature-256': `sha256=${code}`, 'x-github-delivery': 'guid-1' }, target };
    },
    needs: ['x-hub-signature-256'],
    proof: 'x-hub-signature-256',
  },
  {
    ...signed,
    ...timed,
    name: 'stripe',
    config: { scheme: 'stripe', secrets: [] },
    secrets: { current: 'whsec_today', former: 'whsec_yesterday', other: 'whsec_nobody' },
    sign: ({ body, secret, timestamp }) => {
      const code = mac('sha256', secret, `${timestamp}.${body}`).digest('hex');
      return { headers: { 'stripe-signature': `t=${timestamp},v1=${code}` }, target };
    },
    needs: ['stripe-signature'],
    proof: 'stripe-signature',
  },
  {
    ...signed,
    ...timed,
    name: 'slack',
    config: { scheme: 'slack', secrets: [] },
    secrets: texts,
    sign: ({ body, secret, timestamp }) => {
      const code = mac('sha256', secret, `v0:${timestamp}:${body}`).digest('hex');
      return {
        headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${code}` },
        target,
      };
    },
    needs: ['x-slack-request-timestamp', 'x-slack-signature'],
    proof: 'x-slack-signature',
  },
  {
    ...signed,
    ...untimed,
    name: 'shopify',
    config: { scheme: 'shopify', secrets: [] },
    secrets: texts,
    sign: ({ body, secret }) => ({
      headers: { 'x-shopify-hmac-sha256': mac('sha256', secret, body).digest('base64') },
      target,
    }),
    needs: ['x-shopify-hmac-sha256'],
    proof: 'x-shopify-hmac-sha256',
  },
  {
    ...signed,
    ...untimed,
    name: 'twilio with a form',
    config: { scheme: 'twilio', secrets: [], publicUrl: 'https://hooks.example.com' },
    secrets: texts,
    contentType: formType,
    body: 'To=%2B1800&From=%2B1415&Body=1+%26+2&MediaUrl=b&MediaUrl=a&MediaUrl=b',
    json: '{"To":"+1800","From":"+1415","Body":"1 & 2","MediaUrl":["b","a","b"]}',
    sign: ({ body, secret }) => {
      const parameters = 'Body1 & 2From+1415MediaUrlaMediaUrlbTo+1800';
      const text = body.includes('1+%26+2') ? parameters : parameters.replace('1 & 2', '3');
      const code = mac('sha1', secret, `https://hooks.example.com${target}${text}`).digest('base64');
      return { headers: { 'x-twilio-signature': code }, target };
    },
    needs: ['x-twilio-signature', 'content-type'],
    proof: 'x-twilio-signature',
    signsTarget: true,
  },
  {
    ...signed,
    ...untimed,
    name: 'twilio with JSON',
    config: { scheme: 'twilio', secrets: [], publicUrl: 'https://hooks.example.com:8443/in' },
    secrets: texts,
    sign: ({ body, secret }) => {
      const withHash = `${target}&bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
      // Without the port, which Twilio leaves away at times.
      const code = mac('sha1', secret, `https://hooks.example.com/in${withHash}`).digest('base64');
      return { headers: { 'x-twilio-signature': code }, target: withHash };
    },
    needs: ['x-twilio-signature'],
    proof: 'x-twilio-signature',
    signsTarget: true,
  },
  {
    ...signed,
    ...untimed,
    name: 'hmac of the body',
    config: {
      scheme: 'hmac',
      secrets: [],
      header: 'X-Sign',
      algorithm: 'sha512',
      encoding: 'base64url',
      prefix: 'k1:',
    },
    secrets: texts,
    sign: ({ body, secret }) => ({
      headers: { 'x-sign': `k1:${mac('sha512', secret, body).digest('base64url')}` },
      target,
    }),
    needs: ['x-sign'],
    proof: 'x-sign',
  },
  {
    ...signed,
    name: 'hmac of id, time, method, target and body',
    config: {
      scheme: 'hmac',
      secrets: [],
      header: 'x-sign',
      algorithm: 'sha1',
      encoding: 'base64',
      signed: '{method}\n{target}\n{id}.{timestamp}.{body}',
      idHeader: 'X-Id',
      timestampHeader: 'X-Time',
      timestampUnit: 'milliseconds',
    },
    secrets: texts,
    sign: ({ body, secret, timestamp }) => {
      const code = mac('sha1', secret, `POST\n${target}\nid-1.${timestamp}.${body}`).digest('base64');
      return { headers: { 'x-sign': code, 'x-id': 'id-1', 'x-time': timestamp }, target };
    },
    timestamp: String,
    needs: ['x-sign', 'x-id', 'x-time'],
    proof: 'x-sign',
    signsTarget: true,
  },
  {
    ...signed,
    ...untimed,
    name: 'hmac with a header in it',
    config: { scheme: 'hmac', secrets: [], header: 'x-sign', signed: '{header:X-Shop}|{body}' },
    secrets: texts,
    sign: ({ body, secret }) => ({
      headers: { 'x-sign': mac('sha256', secret, `one|${body}`).digest('hex'), 'x-shop': 'one' },
      target,
    }),
    needs: ['x-sign', 'x-shop'],
    proof: 'x-sign',
    hasSigner: false,
  },
  {
    ...credentials,
    name: 'basic',
    config: { scheme: 'basic', secrets: [], user: 'shop' },
    secrets: { ...texts, former: 'pass:wörd' },
    sign: ({ secret }) => ({
      headers: { authorization: `Basic ${Buffer.from(`shop:${secret}`).toString('base64')}` },
      target,
    }),
    needs: ['authorization'],
    proof: 'authorization',
  },
  {
    ...credentials,
    name: 'bearer',
    config: { scheme: 'bearer', secrets: [] },
    secrets: tokens,
    sign: ({ secret }) => ({ headers: { authorization: `bearer ${secret}` }, target }),
    needs: ['authorization'],
    proof: 'authorization',
  },
  {
    ...credentials,
    name: 'api-key',
    config: { scheme: 'api-key', secrets: [], header: 'X-Api-Key' },
    secrets: tokens,
    sign: ({ secret }) => ({ headers: { 'x-api-key': secret }, target }),
    needs: ['x-api-key'],
    proof: 'x-api-key',
  },
];

/** A delivery as the sender of a scheme makes it now, with what differs. */
export function deliveryOf(
  { body, secrets, sign, timestamp, contentType }: Scheme,
  differing: { body?: string; secret?: string; timestamp?: string } = {},
) {
  const text = differing.body ?? body;
  const { headers, target: at } = sign({
    body: text,
    secret: differing.secret ?? secrets.current,
    timestamp: differing.timestamp ?? timestamp?.(nowMs) ?? '',
  });
  return { headers: { 'content-type': contentType, ...headers }, body: Buffer.from(text), target: at, nowMs };
}
