import { createTokenSource, type ClientCredentialsOptions } from '../../../mesh/rest/client-credentials.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { compileRest, plain } from '../compiled-rest.ts';
import { json, startRecordingService, type Answer, type RecordingService } from '../recording-service.ts';

let issuer: RecordingService;
const clock = { now: 1_000_000 };

beforeAll(async () => {
  issuer = await startRecordingService();
});
beforeEach(() => {
  issuer.requests.length = 0;
  issuer.answer = tokens();
});
afterAll(() => issuer.close());

/** Answers token-1, token-2 and so on. */
function tokens(more: object = { expires_in: 300 }): Answer {
  return (request, response) =>
    json({ access_token: `token-${issuer.requests.length}`, token_type: 'Bearer', ...more })(
      request,
      response,
    );
}

function sourceOf(options: Partial<ClientCredentialsOptions> = {}) {
  return createTokenSource({
    tokenUrl: `${issuer.url}/oauth/token?tenant=a`,
    clientId: 'me & co',
    clientSecret: 'hunter2:hunter2',
    scopes: [],
    timeoutMs: 5000,
    now: () => clock.now,
    ...options,
  });
}

test('the client shows its id and secret in a header, form-encoded', async () => {
  const source = sourceOf({ scopes: ['read', 'write'] });
  expect(await source.token()).toBe('token-1');
  const [request] = issuer.requests;
  expect(request).toMatchObject({ method: 'POST', target: '/oauth/token?tenant=a' });
  expect(request?.body).toBe('grant_type=client_credentials&scope=read+write');
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${Buffer.from('me+%26+co:hunter2%3Ahunter2').toString('base64')}`,
  });
  await source.close();
});

test('or in the body', async () => {
  const source = sourceOf({ authentication: 'client_secret_post' });
  await source.token();
  const [request] = issuer.requests;
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    grant_type: 'client_credentials',
    client_id: 'me & co',
    client_secret: 'hunter2:hunter2',
  });
  expect(request?.headers.authorization).toBeUndefined();
  await source.close();
});

test('a token is used until half a minute before its end, and those who wait for one share a request', async () => {
  const source = sourceOf();
  expect(await Promise.all([source.token(), source.token(), source.token()])).toEqual(
    Array(3).fill('token-1'),
  );
  clock.now += 269_999;
  expect(await source.token()).toBe('token-1');
  clock.now += 2;
  expect(await source.token()).toBe('token-2');
  expect(issuer.requests).toHaveLength(2);
  await source.close();
});

test.each([
  ['a short life is used to its half', { expires_in: 10 }, 4999, 5001],
  ['a life in a string is one', { expires_in: '100' }, 69_999, 70_001],
])('%s', async (_sentence, more, before, after) => {
  issuer.answer = tokens(more);
  const source = sourceOf();
  await source.token();
  const start = clock.now;
  clock.now = start + before;
  expect(await source.token()).toBe('token-1');
  clock.now = start + after;
  expect(await source.token()).toBe('token-2');
  await source.close();
});

test('without a life, a token is good until it is refused; one that was refused before does not count', async () => {
  issuer.answer = tokens({});
  const source = sourceOf();
  await source.token();
  clock.now += 1e12;
  expect(await source.token()).toBe('token-1');
  source.refused('token-0');
  expect(await source.token()).toBe('token-1');
  source.refused('token-1');
  expect(await source.token()).toBe('token-2');
  await source.close();
});

const invalid = 'the token endpoint answered without a token';
test.each<[string, Answer, string]>([
  [
    'a refusal with a known reason',
    json({ error: 'invalid_client' }, 401),
    'the token endpoint answered 401 (invalid_client)',
  ],
  [
    'a refusal in its own words',
    json({ error: 'hunter2:hunter2', error_description: 'hunter2' }, 400),
    'the token endpoint answered 400',
  ],
  ['a failure', json('stack trace', 500), 'the token endpoint answered 500'],
  [
    'a redirect',
    (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'the token endpoint answered 302',
  ],
  ['HTML', (_, response) => void response.end('<html>'), invalid],
  ['no token', json({ token_type: 'bearer' }), invalid],
  ['a token that is no header', json({ access_token: 'a\r\nb: c', token_type: 'bearer' }), invalid],
  ['a token that is no text', json({ access_token: 7 }), invalid],
  [
    'another kind of token',
    json({ access_token: 'a', token_type: 'mac' }),
    'the token endpoint answered with a token that is no bearer token',
  ],
  ['a cut connection', (_, response) => void response.destroy(), 'the token endpoint can not be reached'],
])('%s is an error without a secret, and the next call asks again', async (_sentence, answer, message) => {
  issuer.answer = answer;
  const source = sourceOf();
  await expect(async () => source.token()).rejects.toThrow(new Error(message));
  issuer.answer = tokens();
  expect(await source.token()).toBe('token-2');
  await source.close();
});

const document = (tokenUrl: string) => `
security: [{ oauth: [read] }]
paths:
  /things:
    get:
      operationId: things
      responses: { '200': { description: ok, content: { application/json: { schema: {} } } } }
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: '${tokenUrl}', scopes: {} } } }
    oidc: { type: openIdConnect, openIdConnectUrl: 'http://127.0.0.1:1/.well-known' }`;

const config = (more = '') => `security: { oauth: { clientId: me, clientSecret: hunter2hunter2${more} } }`;

describe.each([
  ['the first token', 1],
  ['another token for one that was refused', 2],
])('a token endpoint that is silent when asked for %s', (_sentence, silentFrom) => {
  test('does not keep a call that nobody waits for', async () => {
    const gone = new AbortController();
    const asked = Promise.withResolvers<void>();
    issuer.answer = (request, response) => {
      if (issuer.requests.length < silentFrom) tokens()(request, response);
      else asked.resolve();
    };
    const rest = await compileRest({
      document: document('/ignored'),
      config: `${config(`, tokenUrl: "${issuer.url}/token"`)}\ntimeoutMs: 60000`,
    });
    rest.service.answer = json({}, 401);
    const result = rest.run('{ things }', {}, createSubgraphContext({ signal: gone.signal }));
    await asked.promise;
    gone.abort();
    expect((await result).errors).toHaveLength(1);
    expect(rest.service.requests).toHaveLength(silentFrom - 1);
    await rest.close();
  });
});

describe('a service behind OAuth 2.0', () => {
  test('is shown a token, and another one once when it refuses the first', async () => {
    const rest = await compileRest({
      document: document('/ignored'),
      config: config(`, tokenUrl: "${issuer.url}/token"`),
    });
    rest.service.answer = (request, response) =>
      json({}, request.headers.authorization === 'Bearer token-1' ? 401 : 200)(request, response);
    const result = plain(await rest.run('{ a: things }'));
    expect(result.errors).toBeUndefined();
    expect(rest.service.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    rest.service.answer = json({}, 401);
    expect(plain(await rest.run('{ things }')).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(rest.service.requests).toHaveLength(4);
    await rest.close();
  });

  test('the token URL of the document counts at the origin of the endpoint', async () => {
    const rest = await compileRest({ document: document('/oauth/token'), config: config() });
    rest.service.answer = (request, response) =>
      json(request.method === 'POST' ? { access_token: 'local' } : {})(request, response);
    await rest.run('{ things }');
    expect(rest.service.requests.map(({ target }) => target)).toEqual(['/oauth/token', '/things']);
    await rest.close();
  });

  test('and not at another, where the secret would go', async () => {
    const compiling = compileRest({ document: document(`${issuer.url}/token`), config: config() });
    await expect(compiling).rejects.toThrow(
      'subgraphs/shop/subgraph.yaml:2: security.oauth: needs tokenUrl: the document names another host than the endpoint, and addresses of a document are not called',
    );
    expect(issuer.requests).toEqual([]);
  });

  test('openIdConnect is not discovered: it needs the token URL', async () => {
    const given = 'security: { oidc: { clientId: me, clientSecret: hunter2hunter2 } }';
    await expect(compileRest({ document: document('/t'), config: given })).rejects.toThrow(
      ':2: security.oidc: needs tokenUrl: the document has none for client credentials',
    );
  });

  test('without a token there is an error that names neither URL nor secret', async () => {
    issuer.answer = json({ error: 'invalid_client', error_description: 'hunter2hunter2' }, 401);
    const rest = await compileRest({
      document: document('/ignored'),
      config: config(`, tokenUrl: "${issuer.url}/token"`),
    });
    expect(plain(await rest.run('{ things }', {}, createSubgraphContext({})))).toMatchObject({
      errors: [
        {
          message:
            'shop.things: there is no access token for the service: the token endpoint answered 401 (invalid_client)',
          extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'shop', operation: 'things' },
        },
      ],
    });
    expect(rest.service.requests).toEqual([]);
    await rest.close();
  });
});
