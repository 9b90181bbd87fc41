import { startRecordingService, json, type RecordingService } from '../recording-service.ts';
import { startCalledService, type CalledService } from './called-service.ts';

let called: CalledService;
let elsewhere: RecordingService;

beforeAll(async () => {
  called = await startCalledService({ headers: { forward: [], set: { 'x-api-key': 'ours' } } });
  elsewhere = await startRecordingService(json({ stolen: true }));
});
beforeEach(() => {
  called.service.requests.length = 0;
  elsewhere.requests.length = 0;
});
afterAll(async () => {
  await called.close();
  await elsewhere.close();
});

/** Redirects the first request, and answers others. */
function redirectOnce(location: string, status = 307): void {
  called.service.answer = (request, response) => {
    if (called.service.requests.length === 1) response.writeHead(status, { location }).end();
    else json({ at: request.target })(request, response);
  };
}

describe.each([301, 302, 303, 307, 308])('%i', (status) => {
  test('of a GET to the same origin is followed, with everything that the call carries', async () => {
    redirectOnce('/things/7/', status);
    expect(await called.call()).toEqual({ at: '/things/7/' });
    expect(called.service.requests[1]?.headers['x-api-key']).toBe('ours');
  });

  test('of a POST is not followed', async () => {
    redirectOnce('/things/7/', status);
    expect(await called.call({ method: 'POST', body: '{}' })).toMatchObject({
      message: `shop.thing: the service answered ${status}`,
      extensions: { code: 'UPSTREAM_ERROR', status },
    });
    expect(called.service.requests).toHaveLength(1);
  });
});

test.each([
  ['a path', '/other', '/other'],
  ['a path beside', 'other', '/things/other'],
  ['a query', '?page=2', '/things/7?page=2'],
  ['a path with a fragment', '/other#part', '/other'],
  ['dots, which stay below the root', '../../../etc', '/etc'],
  ['a backslash, which is a slash', '\\other', '/other'],
])('%s is followed', async (_sentence, location, target) => {
  redirectOnce(location);
  expect(await called.call()).toEqual({ at: target });
});

test('so is the whole URL of the same origin', async () => {
  redirectOnce(`${called.service.url}/other?x=1`);
  expect(await called.call()).toEqual({ at: '/other?x=1' });
});

test.each([
  ['another port', () => `${elsewhere.url}/steal`],
  ['another port without a scheme', () => `//127.0.0.1:${elsewhere.port}/steal`],
  ['another port behind backslashes', () => `\\\\127.0.0.1:${elsewhere.port}/steal`],
  ['another name of the same host', () => `http://localhost:${called.service.port}/`],
  ['another scheme', () => `https://127.0.0.1:${called.service.port}/`],
  ['a user', () => `http://me:secret@127.0.0.1:${called.service.port}/`],
  ['a host that looks like ours', () => `${called.service.url}@127.0.0.1:${elsewhere.port}/`],
  ['a file', () => 'file:///etc/passwd'],
  ['data', () => 'data:application/json,{}'],
  ['what is no URL', () => 'http://'],
  ['nothing', () => ''],
])('%s is not followed', async (_sentence, location) => {
  called.service.answer = (_, response) => void response.writeHead(302, { location: location() }).end();
  const error = await called.call();
  expect(error).toMatchObject({ extensions: { code: 'UPSTREAM_ERROR', status: 302 } });
  expect(JSON.stringify(error)).not.toMatch(/127\.0|localhost|secret|passwd/);
  expect(elsewhere.requests).toEqual([]);
});

test('three redirects are followed, and no more', async () => {
  called.service.answer = (request, response) => {
    const count = Number(request.target.slice(1)) || 0;
    response.writeHead(302, { location: `/${count + 1}` }).end();
  };
  expect(await called.call({ path: '/0' })).toMatchObject({ extensions: { status: 302 } });
  expect(called.service.requests.map(({ target }) => target)).toEqual(['/0', '/1', '/2', '/3']);
});
