import type { Environment, SubgraphConfig } from '../../../../mesh/config/subgraph-config.ts';

/** What a file says, without what was made to report on it. */
type SubgraphValues = Omit<SubgraphConfig, 'file' | 'problem'>;

/** Files that are taken, and what they come to. */
export interface GoodFile {
  readonly id: string;
  readonly sentence: string;
  readonly given: { readonly text: string; readonly env?: Environment };
  /** What differs from `defaults`. */
  readonly expected: Partial<SubgraphValues>;
}

export const defaults: SubgraphValues = {
  endpoint: 'http://service.test',
  headers: { forward: [], set: {} },
  security: {},
  timeoutMs: 10_000,
  retry: { attempts: 2 },
  cache: false,
  references: { files: [], urls: [] },
  naming: 'graphql',
  prefix: '',
  operations: { exclude: [], rename: {} },
  entities: {},
  links: {},
  webhooks: {},
  webhookSource: {},
};

const endpoint = 'endpoint: http://service.test\n';
const apiKey = (value: string) => `${endpoint}headers: { set: { x-api-key: "${value}" } }`;
const headerSet = (value: string) => ({ headers: { forward: [], set: { 'x-api-key': value } } });

export const goodFiles: readonly GoodFile[] = [
  { id: 'G1', sentence: 'an endpoint is enough', given: { text: endpoint }, expected: {} },
  {
    id: 'G2',
    sentence: 'slashes at the end of an endpoint make no difference',
    given: { text: 'endpoint: https://service.test/api//' },
    expected: { endpoint: 'https://service.test/api' },
  },
  {
    id: 'G3',
    sentence: 'a variable is read from the environment',
    given: { text: 'endpoint: ${URL}/v1', env: { URL: 'http://elsewhere.test' } },
    expected: { endpoint: 'http://elsewhere.test/v1' },
  },
  {
    id: 'G4',
    sentence: 'a default stands in for a variable that is not set',
    given: { text: 'endpoint: ${URL:-http://127.0.0.1:4101}' },
    expected: { endpoint: 'http://127.0.0.1:4101' },
  },
  {
    id: 'G5',
    sentence: 'a default stands in for a variable that is set to nothing',
    given: { text: 'endpoint: ${URL:-http://127.0.0.1:4101}', env: { URL: '' } },
    expected: { endpoint: 'http://127.0.0.1:4101' },
  },
  {
    id: 'G6',
    sentence: 'the environment wins over a default',
    given: { text: 'endpoint: ${URL:-http://127.0.0.1:4101}', env: { URL: 'http://elsewhere.test' } },
    expected: { endpoint: 'http://elsewhere.test' },
  },
  {
    id: 'G7',
    sentence: 'a default may be nothing',
    given: { text: apiKey('${KEY:-}') },
    expected: headerSet(''),
  },
  {
    id: 'G8',
    sentence: 'several variables may stand in one value',
    given: { text: apiKey('${A}-${B:-b}'), env: { A: 'a' } },
    expected: headerSet('a-b'),
  },
  {
    id: 'G9',
    sentence: 'a value from the environment is not read for variables or YAML again',
    given: { text: apiKey('${KEY}'), env: { KEY: '${HOME}: { a: 1 }' } },
    expected: headerSet('${HOME}: { a: 1 }'),
  },
  {
    id: 'G10',
    sentence: 'a dollar sign alone is a dollar sign',
    given: { text: apiKey('$KEY $$ ${1} ${}') },
    expected: headerSet('$KEY $$ ${1} ${}'),
  },
  {
    id: 'G11',
    sentence: 'names of headers are compared in lower case',
    given: { text: `${endpoint}headers: { forward: [Authorization], set: { X-Api-Key: a } }` },
    expected: { headers: { forward: ['authorization'], set: { 'x-api-key': 'a' } } },
  },
  {
    id: 'G12',
    sentence: 'JSON is YAML',
    given: { text: '{"endpoint": "http://service.test", "timeoutMs": 5}' },
    expected: { timeoutMs: 5 },
  },
  {
    id: 'G13',
    sentence: 'what webhooks share is said once, and each may say otherwise',
    given: {
      text: `${endpoint}
webhookDefaults: { verify: { scheme: github, secret: "\${SECRET}" }, id: { header: x-id } }
webhooks:
  paid: { subject: /id }
  failed: { verify: { scheme: none } }`,
      env: { SECRET: 's3cret' },
    },
    expected: {
      webhooks: {
        paid: { verify: { scheme: 'github', secret: 's3cret' }, id: { header: 'x-id' }, subject: '/id' },
        failed: { verify: { scheme: 'none' }, id: { header: 'x-id' } },
      },
    },
  },
  {
    id: 'G14',
    sentence: 'both forms of a link, and a composite key',
    given: {
      text: `${endpoint}
entities: { Stock: { key: sku place, resolve: { operation: getStock, arguments: { item: sku, at: place } } } }
links:
  A.b: { entity: B, key: { id: bId } }
  B.as: { operation: listAs, arguments: { bIds: id }, groupBy: bId, max: 10 }`,
    },
    expected: {
      entities: {
        Stock: {
          key: 'sku place',
          resolve: { operation: 'getStock', arguments: { item: 'sku', at: 'place' } },
        },
      },
      links: {
        'A.b': { entity: 'B', key: { id: 'bId' } },
        'B.as': { operation: 'listAs', arguments: { bIds: 'id' }, groupBy: 'bId', max: 10 },
      },
    },
  },
  {
    id: 'G15',
    sentence: 'what security schemes are given, with secrets of the environment',
    given: {
      text: `${endpoint}security:
  key: { apiKey: "\${KEY}" }
  basic: { username: me, password: "" }
  bearer: { token: t }
  oauth: { clientId: a, clientSecret: b, tokenUrl: http://login.test, scopes: [read], authentication: client_secret_post }`,
      env: { KEY: 'k-1' },
    },
    expected: {
      security: {
        key: { apiKey: 'k-1' },
        basic: { username: 'me', password: '' },
        bearer: { token: 't' },
        oauth: {
          clientId: 'a',
          clientSecret: 'b',
          tokenUrl: 'http://login.test',
          scopes: ['read'],
          authentication: 'client_secret_post',
        },
      },
    },
  },
  {
    id: 'G16',
    sentence: 'attempts and cache',
    given: { text: `${endpoint}retry: { attempts: 1 }\ncache: true` },
    expected: { retry: { attempts: 1 }, cache: true },
  },
  {
    id: 'G17',
    sentence: 'what is said of a service as a whole is not said of each webhook',
    given: {
      text: `${endpoint}webhookDefaults:
  verify: { scheme: slack, secret: [a, b] }
  handshake: { scheme: slack }
  rateMax: 0.5
  bodyBytesMax: 1000
  registrationToken: "\${TOKEN}"
  durability: journal
webhooks:
  one: { strict: true }
  two: { handshake: { scheme: websub, topics: [https://a.test], verifyToken: [t, u] }, format: cloudevents, verify: { scheme: basic, user: u, password: p } }`,
      env: { TOKEN: 'sixteen-letters-' },
    },
    expected: {
      webhookSource: {
        rateMax: 0.5,
        bodyBytesMax: 1000,
        registrationToken: 'sixteen-letters-',
        durability: 'journal',
      },
      webhooks: {
        one: {
          verify: { scheme: 'slack', secret: ['a', 'b'] },
          handshake: { scheme: 'slack' },
          strict: true,
        },
        two: {
          verify: { scheme: 'basic', user: 'u', password: 'p' },
          handshake: { scheme: 'websub', topics: ['https://a.test'], verifyToken: ['t', 'u'] },
          format: 'cloudevents',
        },
      },
    },
  },
  {
    id: 'G18',
    sentence: 'every scheme, with all that it takes',
    given: {
      text: `${endpoint}webhooks:
  standard: { verify: { scheme: standard-webhooks, secret: whsec_AAAA, toleranceSeconds: 60 } }
  stripe: { verify: { scheme: stripe, secret: s, toleranceSeconds: 60 } }
  twilio: { verify: { scheme: twilio, secret: s } }
  shopify: { verify: { scheme: shopify, secret: s } }
  hmac:
    verify:
      scheme: hmac
      secret: s
      header: x-sign
      algorithm: sha512
      encoding: base64url
      prefix: 'v1='
      signed: "{method}{target}{header:x-shop}\\n{id}.{timestamp}.{body}"
      idHeader: x-id
      timestampHeader: x-time
      timestampUnit: milliseconds
      toleranceSeconds: 5
  bearer: { verify: { scheme: bearer, token: [a, b] } }
  key: { verify: { scheme: api-key, header: x-key, key: k } }`,
    },
    expected: {
      webhooks: {
        standard: { verify: { scheme: 'standard-webhooks', secret: 'whsec_AAAA', toleranceSeconds: 60 } },
        stripe: { verify: { scheme: 'stripe', secret: 's', toleranceSeconds: 60 } },
        twilio: { verify: { scheme: 'twilio', secret: 's' } },
        shopify: { verify: { scheme: 'shopify', secret: 's' } },
        hmac: {
          verify: {
            scheme: 'hmac',
            secret: 's',
            header: 'x-sign',
            algorithm: 'sha512',
            encoding: 'base64url',
            prefix: 'v1=',
            signed: '{method}{target}{header:x-shop}\n{id}.{timestamp}.{body}',
            idHeader: 'x-id',
            timestampHeader: 'x-time',
            timestampUnit: 'milliseconds',
            toleranceSeconds: 5,
          },
        },
        bearer: { verify: { scheme: 'bearer', token: ['a', 'b'] } },
        key: { verify: { scheme: 'api-key', header: 'x-key', key: 'k' } },
      },
    },
  },
];
