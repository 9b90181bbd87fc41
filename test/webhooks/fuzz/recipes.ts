/** Makes deliveries up. */
import * as fc from 'fast-check';
import type { BodyRecipe, Change, Coding, Content, Fault, Framing, Recipe } from './recipe.ts';
import { type WhichSecret, sources } from './sources.ts';

const kinds = <Text extends string>(...texts: Text[]) => fc.constantFrom(...texts);

/** One of the first as a rule, else one of the others. */
function mostly<Value>(usual: fc.Arbitrary<Value>, weight: number, ...odd: fc.Arbitrary<Value>[]) {
  const others = odd.map((arbitrary) => ({ arbitrary, weight: 1 }));
  return fc.oneof({ arbitrary: usual, weight }, ...others);
}

const id = mostly(
  kinds('a', 'b', 'c', 'd', 'e'),
  8,
  fc.uuid(),
  kinds('', ' ', 'a.b', 'é', '\t', 'a'.repeat(255), 'a'.repeat(256), '__proto__', '9007199254740993'),
);
const oddValue = mostly<unknown>(fc.jsonValue(), 1, kinds('1e400', '', '\ud800', '\u0000'), fc.double());
const fields = fc.record({
  type: mostly<unknown>(kinds('created', 'cancelled'), 9, kinds('eaten', 'url_verification'), oddValue),
  total: mostly<unknown>(fc.nat(), 7, fc.nat().map(String), oddValue),
});
const moreFields = fc.record(
  {
    note: mostly<unknown>(fc.emailAddress(), 2, oddValue),
    parts: fc.array(fc.record({ total: mostly<unknown>(fc.nat(3), 5, oddValue) }), { maxLength: 4 }),
    challenge: fc.string({ maxLength: 8 }),
  },
  { requiredKeys: [] },
);
const conforming = fc
  .tuple(fields, mostly(fc.constant({}), 3, moreFields as fc.Arbitrary<object>))
  .map(([some, more]) => ({ kind: 'fields' as const, fields: { ...some, ...more } }));

const hostileTexts = fc.constantFrom(
  '',
  '{',
  'null',
  '[]',
  '\ufeff{}',
  '{"total":1}{"total":1}',
  '{"total":1,"total":"x"}',
  '{"__proto__":{"total":1},"constructor":{"prototype":1},"total":1}',
  '{"total":NaN}',
  `{"total":${'9'.repeat(1000)},"id":${'9'.repeat(300)}}`,
  '{"total":1e400,"id":1e400}',
  '{"total":1,"type":"\\ud800","note":"\\u0000"}',
  'payload=%7B%22id%22%3A%22a%22%7D',
  'payload=%7B&payload=1',
  'a=%FF&b=%zz',
  '__proto__=1&id=a&id=b',
  '&&&===&',
  `${'['.repeat(128)}${']'.repeat(128)}`,
  `${'['.repeat(129)}${']'.repeat(129)}`,
  '{"parts":'.repeat(100) + '[]' + '}'.repeat(100),
  '['.repeat(4000),
  `"${'a'.repeat(4094)}"`,
  `"${'a'.repeat(4095)}"`,
  ' '.repeat(9000),
);
const content: fc.Arbitrary<Content> = mostly<Content>(
  conforming,
  8,
  fc.json({ maxDepth: 4 }).map((text) => ({ kind: 'text', text })),
  hostileTexts.map((text) => ({ kind: 'text', text })),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => ({ kind: 'bytes', bytes })),
);

const coding = kinds('gzip', 'deflate', 'br', 'zstd');
const body: fc.Arbitrary<BodyRecipe> = fc.record({
  content,
  mode: kinds('structured', 'binary', 'batch', 'base64'),
  codings: mostly<Coding[]>(
    fc.constant([]),
    6,
    coding.map((one) => [one]),
    fc.array(coding, { maxLength: 3 }),
  ),
  saidCoding: mostly<string | null>(
    fc.constant(null),
    20,
    kinds('', 'identity', 'GZIP', 'x-gzip', 'br', 'deflate', 'zstd', 'compress', 'gzip, br', '__proto__'),
  ),
  isSignedWhenCoded: mostly(fc.constant(false), 4, fc.constant(true)),
});

const nat = fc.nat(1000);
const header = fc.nat(12);
const odd = kinds('', ',', ' ', 'v1,', 'v0=', '=', '0', 'a', '\t', '+', 'é', '"', ';', 'sha256=', 't=1', '.');
const [flip, cutOrAdd, headers, garble, method] = [
  fc.record({ kind: kinds('flip'), at: nat, bit: fc.nat(7) }),
  fc.record({ kind: kinds('cut', 'add'), bytes: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: kinds('drop', 'repeat', 'upper-case'), header }),
  fc.record({ kind: kinds('garble'), header, at: fc.nat(100), length: fc.nat(2), text: odd }),
  fc.record({
    kind: kinds('method'),
    text: kinds('GET', 'PUT', 'OPTIONS', 'HEAD', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'post', 'NONE'),
  }),
];
const set = fc.oneof(
  fc.record({
    kind: kinds('set'),
    name: kinds('content-type'),
    value: kinds(
      '',
      'application/json',
      'application/json; charset=utf-16',
      'text/plain',
      'application/',
      '/json',
      'application/vnd.x+json',
      'APPLICATION/JSON',
      'application/x-www-form-urlencoded',
      'a/b, c/d',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'application/cloudevents+xml',
    ),
  }),
  fc.record({
    kind: kinds('set'),
    name: kinds(
      'x-github-event',
      'ce-id',
      'ce-type',
      'ce-specversion',
      'ce-subject',
      'ce-datacontenttype',
      '__proto__',
      'constructor',
      'traceparent',
      'x-forwarded-for',
      'authorization',
      'webhook-id',
      'x-request-id',
      'webhook-request-origin',
      'stripe-signature',
      'idempotency-key',
      'accept-encoding',
    ),
    value: kinds('created', 'cancelled', 'a', '', '%zz', '%FF', '"', 'grid.test', 'é', '1.0', '0.3'),
  }),
  fc.constantFrom<Change>(
    { kind: 'set', name: 'x-big', value: 'a'.repeat(20_000) },
    { kind: 'set', name: 'connection', value: 'close' },
    { kind: 'set', name: 'expect', value: '100-continue' },
    { kind: 'set', name: 'traceparent', value: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    { kind: 'set', name: 'x-control', value: 'a\u0000b' },
    { kind: 'set', name: 'x bad name', value: 'a' },
    { kind: 'set', name: 'upgrade', value: 'websocket' },
  ),
);
const places = [
  '',
  ...sources.map(({ name }) => name),
  'nobody',
  '__proto__',
  'constructor',
  '%FF',
  '%73lack',
];
const target = fc.record({
  kind: kinds('target'),
  text: fc.oneof(
    fc
      .tuple(
        fc.constantFrom(...places),
        kinds('', '/', '/created', '/cancelled', '/nothing', '/created/more', '//', '/%2e%2e'),
        kinds('', '?', '?a=1', '?validationToken=abc', '?validationToken=%FF', '?bodySHA256=00', '?%zz'),
      )
      .map((parts) => `/webhooks/${parts.join('')}`),
    kinds(
      '/',
      '/webhooks',
      '/webhooks/',
      'http://127.0.0.1/webhooks/none',
      '//webhooks/none',
      '/Webhooks/none',
      '/webhooks/none?hub.mode=subscribe&hub.challenge=c&hub.topic=https://a.test/&hub.lease_seconds=60',
      '/webhooks/none?hub.mode=subscribe&hub.challenge=c&hub.topic=https://b.test/&hub.lease_seconds=60',
      '/webhooks/none?hub.mode=subscribe&hub.challenge=',
    ),
  ),
});
const greetings = fc.constantFrom<Change[]>(
  [
    { kind: 'method', text: 'GET' },
    {
      kind: 'target',
      text: '/webhooks/none?hub.mode=subscribe&hub.challenge=c&hub.topic=https://a.test/&hub.lease_seconds=60',
    },
  ],
  [
    { kind: 'method', text: 'OPTIONS' },
    { kind: 'target', text: '/webhooks/grid' },
    { kind: 'set', name: 'webhook-request-origin', value: 'grid.test' },
  ],
  [
    { kind: 'cut', bytes: 9000 },
    { kind: 'target', text: '/webhooks/api-key?validationToken=abc' },
  ],
);
const change = fc.oneof<fc.Arbitrary<Change>[]>(
  flip,
  cutOrAdd,
  headers,
  headers,
  garble,
  garble,
  method,
  set,
  target,
);

/** A delivery of some source. About a third of them have nothing wrong. */
export const recipe: fc.Arbitrary<Recipe> = fc.record({
  source: fc.constantFrom(...sources.map(({ name }) => name)),
  event: fc.nat(1),
  isOnOwnRoute: mostly(fc.constant(false), 3, fc.constant(true)),
  body,
  id,
  secret: mostly<WhichSecret>(kinds('current'), 6, kinds('former'), kinds('other')),
  ageSeconds: mostly(fc.constant(0), 8, fc.constantFrom(-301, -300, -299, 299, 300, 301, 1e6, -1e6)),
  changes: mostly<readonly Change[]>(
    fc.constant([]),
    14,
    fc.array(change, { minLength: 1, maxLength: 3 }),
    fc.array(change, { minLength: 1, maxLength: 3 }),
    ...Array.from({ length: 4 }, () => change.map((one) => [one])),
    greetings,
  ),
  framing: mostly<Framing>(
    kinds('length'),
    60,
    kinds('chunked'),
    kinds('chunked'),
    kinds('chunked'),
    kinds('none'),
    kinds('too long for its length', 'too short for its length'),
    kinds('boasted length', 'length and chunks', 'two lengths', 'no chunk', 'stalled'),
  ),
  fault: mostly<Fault>(kinds('none'), 25, kinds('log', 'records', 'taken and not said')),
  copies: mostly(fc.constant(1), 25, fc.constantFrom(2, 3)),
});
