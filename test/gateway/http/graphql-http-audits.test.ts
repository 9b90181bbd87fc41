/** Every audit of `graphql-http`, MUST, SHOULD and MAY, on the running gateway. */
import { gzipSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { startInProcessGateway } from '../in-process-gateway.ts';

let gateway: Awaited<ReturnType<typeof startInProcessGateway>>;
beforeAll(async () => {
  gateway = await startInProcessGateway();
});
afterAll(() => gateway.close());

const url = () => `${gateway.url}/graphql`;

it('there are 61 of them', () => {
  expect(serverAudits({ url })).toHaveLength(61);
});

/** The two ways that a request can take. Compressed ones are left to graphql-yoga. */
const ways: { way: string; fetchFn: typeof fetch }[] = [
  { way: 'plain', fetchFn: fetch },
  { way: 'compressed', fetchFn: compressedFetch },
];

describe.each(ways)('sent $way', ({ fetchFn }) => {
  it.each(serverAudits({ url, fetchFn }).map((audit) => ({ ...audit })))('$id $name', async ({ fn }) => {
    const result = await fn();
    expect(result).toMatchObject({ status: 'ok' });
  });
});

/** `fetch` that sends bodies with gzip. */
async function compressedFetch(target: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  if (typeof init.body !== 'string') return fetch(target, init);
  const headers = new Headers(init.headers);
  headers.set('content-encoding', 'gzip');
  return fetch(target, { ...init, body: gzipSync(init.body), headers });
}
