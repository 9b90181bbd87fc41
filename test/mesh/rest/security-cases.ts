/** What a document wants, what subgraph.yaml gives, and what is on the wire. */
export interface SecurityCase {
  readonly id: string;
  readonly sentence: string;
  /** Of the operation; YAML. */
  readonly security: string;
  /** YAML below the endpoint. */
  readonly given: string;
  /** Headers of the client's request. */
  readonly client?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** @default /things */
  readonly target?: string;
  /** How many warnings there are. @default 0 */
  readonly warnings?: number;
}

/** Schemes that every case's document has. */
export const schemes = `
    headerKey: { type: apiKey, in: header, name: X-Api-Key }
    otherKey: { type: apiKey, in: header, name: X-App-Id }
    queryKey: { type: apiKey, in: query, name: api_key }
    cookieKey: { type: apiKey, in: cookie, name: SESSION }
    basic: { type: http, scheme: Basic }
    bearer: { type: http, scheme: bearer, bearerFormat: JWT }
    digest: { type: http, scheme: digest }
    tls: { type: mutualTLS }
    host: { type: apiKey, in: header, name: Host }
`;

const basicOf = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

type Row = readonly [string, Omit<SecurityCase, 'id' | 'sentence'>];

const rows: readonly Row[] = [
  [
    'an API key goes into its header',
    {
      security: '[{ headerKey: [] }]',
      given: 'headerKey: { apiKey: "k-1" }',
      headers: { 'x-api-key': 'k-1' },
    },
  ],
  [
    'an API key goes into the query, encoded',
    {
      security: '[{ queryKey: [] }]',
      given: 'queryKey: { apiKey: "a&b=c d" }',
      target: '/things?api_key=a%26b%3Dc%20d',
    },
  ],
  [
    'an API key goes into a cookie',
    {
      security: '[{ cookieKey: [] }]',
      given: 'cookieKey: { apiKey: abc }',
      headers: { cookie: 'SESSION=abc' },
    },
  ],
  [
    'a cookie of that name from the client is replaced, and its others stay',
    {
      security: '[{ cookieKey: [] }]',
      given: 'cookieKey: { apiKey: abc }\nheaders: { forward: [cookie] }',
      client: { cookie: 'a=1; SESSION=stolen; b=2' },
      headers: { cookie: 'SESSION=abc; a=1; b=2' },
    },
  ],
  [
    'basic is user and password',
    {
      security: '[{ basic: [] }]',
      given: 'basic: { username: me, password: "p:w ü" }',
      headers: basicOf('me:p:w ü'),
    },
  ],
  [
    'bearer is the token',
    {
      security: '[{ bearer: [] }]',
      given: 'bearer: { token: t.o.k }',
      headers: { authorization: 'Bearer t.o.k' },
    },
  ],
  [
    "the file's credentials win over the client's",
    {
      security: '[{ bearer: [] }]',
      given: 'bearer: { token: ours }\nheaders: { forward: [authorization] }',
      client: { authorization: 'Bearer theirs' },
      headers: { authorization: 'Bearer ours' },
    },
  ],
  [
    "the client's are passed on where the file has none",
    {
      security: '[{ bearer: [] }]',
      given: 'headers: { forward: [authorization] }',
      client: { authorization: 'Bearer theirs' },
      headers: { authorization: 'Bearer theirs' },
    },
  ],
  [
    'two schemes together are both shown',
    {
      security: '[{ headerKey: [], otherKey: [] }]',
      given: 'headerKey: { apiKey: k }\notherKey: { apiKey: app }',
      headers: { 'x-api-key': 'k', 'x-app-id': 'app' },
    },
  ],
  [
    'of two alternatives the first counts that is given',
    {
      security: '[{ bearer: [] }, { headerKey: [] }]',
      given: 'headerKey: { apiKey: k }',
      headers: { 'x-api-key': 'k' },
    },
  ],
  [
    'of two that are given the first counts',
    {
      security: '[{ bearer: [] }, { headerKey: [] }]',
      given: 'headerKey: { apiKey: k }\nbearer: { token: t }',
      headers: { authorization: 'Bearer t' },
    },
  ],
  [
    'half of an alternative is none',
    {
      security: '[{ headerKey: [], bearer: [] }, { otherKey: [] }]',
      given: 'headerKey: { apiKey: k }\notherKey: { apiKey: app }',
      headers: { 'x-app-id': 'app' },
    },
  ],
  ['an operation that wants nothing gets nothing', { security: '[]', given: 'headerKey: { apiKey: k }' }],
  [
    'an operation that can do without gets what there is',
    { security: '[{}, { headerKey: [] }]', given: 'headerKey: { apiKey: k }', headers: { 'x-api-key': 'k' } },
  ],
  ['and goes without when there is nothing', { security: '[{}, { headerKey: [] }]', given: '' }],
  ['what is wanted and not given is a warning', { security: '[{ headerKey: [] }]', given: '', warnings: 1 }],
  [
    'of what is wanted together, each that is not given is one',
    { security: '[{ headerKey: [], bearer: [] }]', given: '', warnings: 2 },
  ],
  [
    'a header that is set by hand is given',
    {
      security: '[{ headerKey: [] }]',
      given: 'headers: { set: { X-API-KEY: mine } }',
      headers: { 'x-api-key': 'mine' },
    },
  ],
  ['other schemes are a warning', { security: '[{ tls: [] }]', given: '', warnings: 1 }],
  [
    'so is a scheme of HTTP that is not known, unless the client does it',
    {
      security: '[{ digest: [] }]',
      given: 'headers: { forward: [authorization] }',
      client: { authorization: 'Digest x' },
      headers: { authorization: 'Digest x' },
    },
  ],
  [
    'a key that would change where a request goes is none',
    { security: '[{ host: [] }]', given: '', warnings: 1 },
  ],
  [
    'a scheme that the document does not have is a warning',
    { security: '[{ ghost: [] }]', given: '', warnings: 1 },
  ],
];

export const securityCases: readonly SecurityCase[] = rows.map(([sentence, row], index) => ({
  id: `K${index + 1}`,
  sentence,
  ...row,
}));

/** `security:` that is refused, and what is said of it after the name of the file. */
export const wrongSecurity: readonly (readonly [string, string, string])[] = [
  [
    'a scheme that the document does not have',
    'ghost: { apiKey: k }',
    ':3: security.ghost: the document has no such security scheme: it has headerKey, otherKey, queryKey, cookieKey, basic, bearer, digest, tls, host',
  ],
  [
    'a token for an API key',
    'headerKey: { token: t }',
    ':3: security.headerKey: the document says apiKey in the header, which wants apiKey',
  ],
  [
    'an API key for basic',
    'basic: { apiKey: k }',
    ':3: security.basic: the document says http basic, which wants username and password',
  ],
  [
    'a user for bearer',
    'bearer: { username: me, password: x }',
    ':3: security.bearer: the document says http bearer, which wants token, or clientId and clientSecret',
  ],
  [
    'anything for TLS',
    'tls: { token: t }',
    ':3: security.tls: the document says mutualTLS, which wants nothing that can be given here',
  ],
  [
    'a colon in a user',
    'basic: { username: "a:b", password: x }',
    ':3: security.basic.username: must not hold a ":"',
  ],
  [
    'a key with a line break',
    'headerKey: { apiKey: "a\\r\\nx-evil: 1" }',
    ':3: security.headerKey.apiKey: holds characters that no header can have',
  ],
  [
    'a token with a line break',
    'bearer: { token: "a\\nb" }',
    ':3: security.bearer.token: holds characters that no header can have',
  ],
  [
    'a cookie with a semicolon',
    'cookieKey: { apiKey: "a; admin=1" }',
    ':3: security.cookieKey.apiKey: holds characters that no cookie can have',
  ],
  [
    'client credentials without a place to get a token from',
    'bearer: { clientId: me, clientSecret: x }',
    ':3: security.bearer: needs tokenUrl: the document has none for client credentials',
  ],
  [
    'a token URL of another scheme',
    'bearer: { clientId: me, clientSecret: x, tokenUrl: "file:///etc/passwd" }',
    ':3: security.bearer.tokenUrl: must be an http:// or https:// URL without a user',
  ],
];
