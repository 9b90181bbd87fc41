/** What comes before deliveries, and is no delivery. */
import { describe, expect, test } from '@jest/globals';
import { createHandshake, type HandshakeConfig } from '../../../webhooks/handshakes/handshake.ts';
import { handshakeCases, type HandshakeCase } from './cases.ts';

function answerTo({ config, given }: HandshakeCase) {
  const { greet, answer } = createHandshake(config);
  if (!('payload' in given)) return greet?.(given);
  return answer?.({ text: JSON.stringify(given.payload), json: given.payload });
}

describe('every request', () => {
  test.each(handshakeCases.map((row) => [row.id, row.config.scheme, row.sentence, row] as const))(
    '%s, %s: %s',
    (_id, _scheme, _sentence, row) => expect(answerTo(row)).toEqual(row.expected),
  );

  test('has a row of its own', () => {
    expect(new Set(handshakeCases.map(({ id }) => id)).size).toBe(handshakeCases.length);
  });
});

test('a subscription that is not wanted is answered like a source that nobody knows, whatever is wrong with it', () => {
  const bodies = handshakeCases.flatMap((row) => {
    const answer = answerTo(row);
    return answer?.status === 404 ? [answer.body] : [];
  });
  expect(bodies.length).toBeGreaterThan(10);
  expect(new Set(bodies).size).toBe(1);
});

describe('a configuration that would agree with anybody by mistake is refused', () => {
  const refused: readonly (readonly [what: string, config: HandshakeConfig, message: string])[] = [
    ['no origins', { scheme: 'cloudevents', origins: [] }, 'at least one origin'],
    ['an origin that is a URL', { scheme: 'cloudevents', origins: ['https://a.test'] }, 'must be a DNS name'],
    ['a pattern', { scheme: 'cloudevents', origins: ['*.a.test'] }, 'must be a DNS name'],
    ['a rate of none', { scheme: 'cloudevents', origins: ['*'], ratePerMinute: 0 }, 'a positive integer'],
    [
      'half a delivery per minute',
      { scheme: 'cloudevents', origins: ['*'], ratePerMinute: 0.5 },
      'a positive integer',
    ],
    ['neither topics nor tokens', { scheme: 'websub' }, 'needs topics or a verify token'],
    ['empty lists', { scheme: 'websub', topics: [], verifyTokens: [] }, 'needs topics or a verify token'],
    ['an empty token', { scheme: 'websub', verifyTokens: [''] }, 'must not be empty'],
  ];
  test.each(refused)('%s', (_what, config, message) => {
    expect(() => createHandshake(config)).toThrow(message);
  });
});
