/**
 * Published signatures pass and any change of one bit fails. `test/fixtures/signature-vectors.json` collects them
 * from the documents and test suites of their providers; each entry names its source.
 */
import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import type { DeliveryHeaders } from '../../webhooks/delivery.ts';
import { type VerificationConfig, createVerifier } from '../../webhooks/verification/verification.ts';
import { secrets } from './senders.ts';

interface Vector {
  name: string;
  payload: string;
  secret: string;
  expected: string;
  id: string;
  timestamp: number;
}
interface Signed {
  name: string;
  config: VerificationConfig;
  headers: DeliveryHeaders;
  body: Buffer;
  nowMs: number;
}

const file = new URL('../fixtures/signature-vectors.json', import.meta.url);
const vectors = JSON.parse(await readFile(file, 'utf8')) as Vector[];

const signed: Signed[] = [
  ...vectors
    .filter(({ name }) => name === 'standard-webhooks-v1')
    .map(({ name, secret, payload, expected, id, timestamp }) => ({
      name,
      // So tolerant that only the signature can refuse a changed timestamp.
      config: { scheme: 'standard-webhooks', secrets: [secret], toleranceSeconds: 1e12 } as const,
      headers: { 'webhook-id': id, 'webhook-timestamp': `${timestamp}`, 'webhook-signature': expected },
      body: Buffer.from(payload),
      nowMs: timestamp * 1000,
    })),
  ...vectors
    .filter(({ name }) => /^(?:github|octokit)-/.test(name))
    .map(({ name, secret, payload, expected }) => ({
      name,
      config: { scheme: 'github', secrets: [secret] } as const,
      headers: { 'x-hub-signature-256': expected },
      body: Buffer.from(payload),
      nowMs: 0,
    })),
];

test('the vectors are there', () => {
  expect(signed.map(({ name }) => name)).toEqual([
    'standard-webhooks-v1',
    'github-docs',
    'octokit-basic',
    'octokit-escape',
    'octokit-escaped-literal',
  ]);
});

describe.each(signed)('$name', ({ config, headers, body, nowMs }) => {
  const verify = createVerifier(config);

  test('is good', () => {
    expect(verify({ headers, body, nowMs })).toBe(true);
  });

  test('is not good with any bit of the body flipped', () => {
    for (const changed of withEachBitFlipped(body))
      expect(verify({ headers, body: changed, nowMs })).toBe(false);
  });

  test.each(Object.keys(headers))('is not good with any bit of %s flipped', (name) => {
    for (const changed of withEachBitFlipped(Buffer.from(headers[name] as string, 'latin1'))) {
      expect(verify({ headers: { ...headers, [name]: changed.toString('latin1') }, body, nowMs })).toBe(
        false,
      );
    }
  });

  test('is not good with a byte more or less', () => {
    expect(verify({ headers, body: body.subarray(1), nowMs })).toBe(false);
    expect(verify({ headers, body: Buffer.concat([body, Buffer.from('\n')]), nowMs })).toBe(false);
  });

  test('is good with another secret configured before or after it, and not with another alone', () => {
    if (config.scheme === 'none') throw new Error('unsigned');
    const [secret = ''] = config.secrets;
    const withSecrets = (...given: string[]) =>
      createVerifier({ ...config, secrets: given })({ headers, body, nowMs });
    expect(withSecrets(secrets.other, secret)).toBe(true);
    expect(withSecrets(secret, secrets.other)).toBe(true);
    expect(withSecrets(secrets.other)).toBe(false);
  });

  test.each(Object.keys(headers))('is not good without %s, nor with it twice', (name) => {
    expect(verify({ headers: { ...headers, [name]: undefined }, body, nowMs })).toBe(false);
    const twice = [headers[name] as string, headers[name] as string];
    expect(verify({ headers: { ...headers, [name]: twice }, body, nowMs })).toBe(false);
  });
});

test('the secret of a Standard Webhooks vector works without its prefix', () => {
  const vector = signed.find(({ name }) => name === 'standard-webhooks-v1');
  if (vector?.config.scheme !== 'standard-webhooks') throw new Error('no vector');
  const bare = vector.config.secrets.map((secret) => secret.replace('whsec_', ''));
  expect(createVerifier({ ...vector.config, secrets: bare })(vector)).toBe(true);
});

test('the tolerance is the configured one, both ways, its edges included', () => {
  const vector = signed.find(({ name }) => name === 'standard-webhooks-v1');
  if (vector?.config.scheme !== 'standard-webhooks') throw new Error('no vector');
  const verify = createVerifier({ ...vector.config, toleranceSeconds: 10 });
  const after = (ms: number) => verify({ ...vector, nowMs: vector.nowMs + ms });
  expect([-10_001, -10_000, 0, 10_000, 10_001].map(after)).toEqual([false, true, true, true, false]);
});

test('no header value, however odd, is good or makes a verifier throw', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.constant(undefined),
    fc.stringMatching(/^(?:v1,[A-Za-z0-9+/]{43}= ?){1,3}$/),
    fc.stringMatching(/^sha256=[0-9a-f]{64}$/),
    fc.stringMatching(/^\d{1,20}$/),
  );
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-hub-signature-256'];
  const headers = fc.record(Object.fromEntries(names.map((name) => [name, value])));
  fc.assert(
    fc.property(headers, fc.uint8Array(), (given, bytes) => {
      for (const { config, nowMs } of signed) {
        expect(createVerifier(config)({ headers: given, body: Buffer.from(bytes), nowMs })).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

function withEachBitFlipped(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return changed;
  });
}
