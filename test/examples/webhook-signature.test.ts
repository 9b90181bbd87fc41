import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { signWebhook } from '../../examples/shared/webhook-signature.ts';

type Vector = { id: string; timestamp: number; payload: string; secret: string; expected: string };

it('signs as the published vector of Standard Webhooks says', () => {
  const file = new URL('fixtures/standard-webhooks-v1.json', import.meta.url);
  const { id, timestamp, payload, secret, expected } = JSON.parse(readFileSync(file, 'utf8')) as Vector;
  expect(signWebhook({ id, timestamp, body: payload, secret })).toBe(expected);
});
