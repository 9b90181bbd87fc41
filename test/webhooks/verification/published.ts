/**
 * Published signatures as deliveries. `test/fixtures/signature-vectors.json` collects them from the documents and test
 * suites of their providers; each entry names its source.
 */
import { readFile } from 'node:fs/promises';
import type { SecretVerificationConfig } from '../../../webhooks/verification/verification.ts';
import type { VerifierInput } from '../../../webhooks/verification/verifier.ts';

interface Vector {
  name: string;
  expected: string;
  payload?: string;
  secret?: string;
  public_key?: string;
  token?: string;
  url?: string;
  params?: Record<string, string | string[]>;
  id?: string;
  timestamp?: number;
}

/** A delivery with a published signature. */
export interface Published extends VerifierInput {
  readonly name: string;
  readonly config: SecretVerificationConfig & { readonly secrets: readonly string[] };
  /** Where a bit may be flipped. */
  readonly signedHeaders: readonly string[];
  /** Whether bytes other than these are the same message, because their form has the same parameters. */
  readonly isSame: (body: Buffer) => boolean;
}

const file = new URL('../../fixtures/signature-vectors.json', import.meta.url);

/** All of the file, by name. */
export const vectors: ReadonlyMap<string, Vector> = new Map(
  (JSON.parse(await readFile(file, 'utf8')) as Vector[]).map((vector) => [vector.name, vector]),
);

/** So tolerant that only the signature can refuse a changed timestamp. */
const toleranceSeconds = 1e12;

function delivery(vector: Vector): Published {
  const { name, secret = '', expected, payload = '', id = '', timestamp = 0 } = vector;
  const secrets = [secret];
  const of = (config: Published['config'], headers: Record<string, string>) => ({
    name,
    config,
    headers,
    body: Buffer.from(payload),
    nowMs: timestamp * 1000,
    target: '/webhooks/published',
    signedHeaders: Object.keys(headers),
    isSame: () => false,
  });
  if (/^(?:github|octokit)-/.test(name)) {
    return of({ scheme: 'github', secrets }, { 'x-hub-signature-256': expected });
  }
  if (name.startsWith('standard-webhooks-')) {
    return of(
      { scheme: 'standard-webhooks', secrets: [vector.public_key ?? secret], toleranceSeconds },
      { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': expected },
    );
  }
  if (name === 'slack-docs') {
    return of(
      { scheme: 'slack', secrets, toleranceSeconds },
      { 'x-slack-request-timestamp': String(timestamp), 'x-slack-signature': expected },
    );
  }
  if (name.startsWith('stripe-hmac-')) {
    return of({ scheme: 'hmac', secrets, header: 'X-Signature' }, { 'x-signature': expected });
  }
  if (name.startsWith('stripe-t12345')) {
    return of({ scheme: 'stripe', secrets, toleranceSeconds }, { 'stripe-signature': expected });
  }
  return twilio(vector);
}

function twilio({ name, token = '', url = '', params = {}, expected }: Vector): Published {
  const form = new URLSearchParams(
    Object.entries(params).flatMap(([key, values]) =>
      [values].flat().map((value): [string, string] => [key, value]),
    ),
  ).toString();
  const isJson = url.includes('bodySHA256');
  const [, publicUrl = '', target = ''] = /^(https?:\/\/[^/]+)(.*)$/.exec(url) ?? [];
  return {
    name,
    config: { scheme: 'twilio', secrets: [token], publicUrl },
    headers: {
      'x-twilio-signature': expected,
      'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded; charset=UTF-8',
    },
    body: Buffer.from(isJson ? (vectors.get('twilio-bodySHA256')?.payload ?? '') : form),
    nowMs: 0,
    target,
    signedHeaders: ['x-twilio-signature'],
    isSame: (body) => !isJson && new URLSearchParams(body.toString('utf8')).toString() === form,
  };
}

/** The vector that is only the hash of another's body. */
export const bodyHashOf = 'twilio-bodySHA256';

export const published: readonly Published[] = [...vectors.values()]
  .filter(({ name }) => name !== bodyHashOf)
  .map(delivery);
