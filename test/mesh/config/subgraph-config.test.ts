import { parseSubgraphConfig, SubgraphConfigError } from '../../../mesh/config/subgraph-config.ts';
import { defaults, goodFiles } from './subgraph-config/good-files.ts';
import { wrongFiles } from './subgraph-config/wrong-files.ts';

const file = 'subgraphs/payments/subgraph.yaml';

/** What a refused file says. */
function messageOf(text: string, env: Record<string, string> = {}): string {
  try {
    parseSubgraphConfig(text, file, env);
  } catch (error) {
    expect(error).toBeInstanceOf(SubgraphConfigError);
    return (error as Error).message;
  }
  throw new Error('the file was taken');
}

test.each(goodFiles.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  (_id, _sentence, { given, expected }) => {
    const { problem: _, file: __, ...config } = parseSubgraphConfig(given.text, file, given.env ?? {});
    expect(config).toEqual({ ...defaults, ...expected });
  },
);

test.each(wrongFiles.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s is refused with file, line and field',
  (_id, _sentence, { given, expected }) => {
    expect(messageOf(given, { EMPTY: '' })).toBe(`${file}${expected}`);
  },
);

test('a secret is in no message, whatever is wrong with the file that it was put into', () => {
  const secret = 'hunter2hunter2';
  const env = { SECRET: secret };
  const leaks = wrongFiles
    .map(({ given }) => messageOf(given, { EMPTY: '' }))
    .filter((message) => message.includes('hunter2'));
  const places = [
    'endpoint: "${SECRET}"',
    'endpoint: http://a.test\nnaming: ${SECRET}',
    'endpoint: http://a.test\nprefix: "-${SECRET}"',
    'endpoint: http://a.test\nheaders: { forward: ["${SECRET} x"] }',
    'endpoint: http://a.test\nwebhooks: { a: { verify: { scheme: "${SECRET}" } } }',
    'endpoint: http://a.test\nwebhooks: { a: { verify: { scheme: none }, subject: "${SECRET}" } }',
    'endpoint: http://a.test\nwebhooks: { a: { verify: { scheme: none }, id: "${SECRET}" } }',
    'endpoint: http://a.test\nwebhooks: { a: { entity: "${SECRET}!", verify: { scheme: none } } }',
    'endpoint: http://a.test\nwebhooks: { a: { verify: { scheme: bearer, token: "${SECRET} x" } } }',
    'endpoint: http://a.test\nwebhooks: { a: { verify: { scheme: github, token: "${SECRET}" } } }',
    'endpoint: http://a.test\nwebhooks: { a: { verify: { scheme: hmac, header: a, secret: b, signed: "${SECRET}" } } }',
    'endpoint: http://a.test\nwebhookDefaults: { registrationToken: "${SECRET}" }',
    'endpoint: http://a.test\nlinks: { A.b: "${SECRET}" }',
  ];
  leaks.push(...places.map((text) => messageOf(text, env)).filter((message) => message.includes(secret)));
  expect(leaks).toEqual([]);
});

test('everything that is wrong with a file is told at once, in the order of its lines', () => {
  const text = [
    'endpoint: ${SERVICE_URL}',
    'timeoutMS: 5',
    'naming: loud',
    'headers: { forward: [host, cookie, upgrade], set: { x-api-key: "${KEY}" } }',
    'entities: { Order: { key: 5, resolve: { operaton: getOrder } } }',
    'links: { Order.customer: { entity: Customer, key: { id: 5 } } }',
    'webhooks:',
    '  paid: {}',
    '  failed: {}',
  ].join('\n');
  expect(messageOf(text).replaceAll(file, '').split('\n')).toEqual([
    ':1: endpoint: the environment variable SERVICE_URL is not set',
    ':2: timeoutMS: is not a known field here',
    ':3: naming: must be one of graphql, source',
    ':4: headers.set.x-api-key: the environment variable KEY is not set',
    ':5: entities.Order.key: must be string',
    ':5: entities.Order.resolve.operation: is missing',
    ':5: entities.Order.resolve.operaton: is not a known field here',
    ':6: links.Order.customer.key.id: must be string',
    expect.stringMatching(/^:8: webhooks\.paid: needs "verify"/),
    expect.stringMatching(/^:9: webhooks\.failed: needs "verify"/),
  ]);
});

test('an alias bomb is refused and not expanded', () => {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0 ? 'a0: &a0 [x, x]' : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`,
  );
  expect(messageOf(levels.join('\n'))).toMatch(
    /^subgraphs\/payments\/subgraph.yaml: not valid YAML: Excessive/,
  );
});

test('a webhook called like a property of every object is kept', () => {
  const text = 'endpoint: http://a.test\nwebhooks: { __proto__: { verify: { scheme: none } } }';
  expect(Object.keys(parseSubgraphConfig(text, file, {}).webhooks)).toEqual(['__proto__']);
});
