/** Calls to addresses that a service supplied: where they may lead, and what they may take. */
import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AddressRefusedError,
  createGuardedCall,
  type GuardedCallOptions,
} from '../../../webhooks/registrations/guarded-call.ts';
import { startRecordingService, type RecordingService } from '../../mesh/recording-service.ts';

let service: RecordingService;

beforeAll(async () => {
  service = await startRecordingService();
});

beforeEach(() => {
  service.requests.length = 0;
  service.answer = (_, response) => response.writeHead(204).end();
});

afterAll(() => service.close());

const loopback: LookupAddress = { address: '127.0.0.1', family: 4 };

/** What names lead to; every other is not found. */
const names: Readonly<Record<string, readonly LookupAddress[]>> = {
  'public.example': [{ address: '93.184.215.14', family: 4 }],
  'private.example': [{ address: '10.0.0.8', family: 4 }],
  'loopback.example': [loopback],
  localhost: [loopback],
  'localhost.': [loopback],
  'metadata.example': [{ address: '169.254.169.254', family: 4 }],
  'mixed.example': [{ address: '93.184.215.14', family: 4 }, loopback],
  'mixed-families.example': [
    { address: '93.184.215.14', family: 4 },
    { address: '::1', family: 6 },
  ],
  'mapped.example': [{ address: '::ffff:10.0.0.8', family: 6 }],
  'nat64.example': [{ address: '64:ff9b::a00:8', family: 6 }],
  'local6.example': [{ address: 'fd00::8', family: 6 }],
  'nothing.example': [],
};

const resolve = (host: string) => {
  const found = names[host];
  return found ? Promise.resolve(found) : Promise.reject(new Error(`not found: ${host}`));
};

interface CallOptions extends Partial<GuardedCallOptions> {
  url: string;
  ownOrigin?: string;
}

function call({ url, ownOrigin = 'https://service.example', ...options }: CallOptions) {
  const guarded = createGuardedCall({ allowedHosts: new Set(), resolve, ...options });
  const ownHeaders = { 'x-api-key': 'secret of the service' };
  return guarded({ method: 'DELETE', url, ownOrigin, ownHeaders, signal: new AbortController().signal });
}

/** `PORT` is that of a service which listens on loopback, so that a call which is made is seen. */
const refused: readonly (readonly [url: string, what: string])[] = [
  ['http://127.0.0.1:PORT/hub/1', 'loopback'],
  ['http://127.1:PORT/hub/1', 'a short form'],
  ['http://2130706433:PORT/hub/1', 'decimal'],
  ['http://0x7f000001:PORT/hub/1', 'hexadecimal'],
  ['http://0x7f.0.0.1:PORT/hub/1', 'hexadecimal in parts'],
  ['http://0177.0.0.1:PORT/hub/1', 'octal'],
  ['http://017700000001:PORT/hub/1', 'octal in one'],
  ['http://127.0.0.1.:PORT/hub/1', 'with a dot at the end'],
  ['http://%31%32%37.0.0.1:PORT/hub/1', 'percent-encoded'],
  ['http://１２７.0.0.1:PORT/hub/1', 'full-width digits'],
  ['http://127。0。0。1:PORT/hub/1', 'ideographic dots'],
  ['http://0.0.0.0:PORT/hub/1', 'this host'],
  ['http://0:PORT/hub/1', 'this host, short'],
  ['http://[::1]:PORT/hub/1', 'loopback of IPv6'],
  ['http://[0:0:0:0:0:0:0:1]:PORT/hub/1', 'loopback of IPv6, written out'],
  ['http://[::ffff:127.0.0.1]:PORT/hub/1', 'mapped'],
  ['http://[::ffff:7f00:1]:PORT/hub/1', 'mapped, in hex'],
  ['http://[64:ff9b::7f00:1]:PORT/hub/1', 'NAT64'],
  ['http://[fe80::1]:PORT/hub/1', 'link-local'],
  ['http://[fd00::8]:PORT/hub/1', 'unique local'],
  ['http://10.0.0.8/hub/1', 'private'],
  ['http://169.254.169.254/latest/meta-data', 'metadata of a cloud'],
  ['http://localhost:PORT/hub/1', 'a name of this machine'],
  ['http://localhost.:PORT/hub/1', 'the same with a dot'],
  ['http://LOCALHOST:PORT/hub/1', 'the same in capitals'],
  ['http://loopback.example:PORT/hub/1', 'a name that leads to loopback'],
  ['http://private.example/hub/1', 'a name that leads to a private address'],
  ['http://metadata.example/hub/1', 'a name that leads to metadata'],
  ['http://mixed.example:PORT/hub/1', 'a name that leads there too'],
  ['http://mixed-families.example:PORT/hub/1', 'a name that leads there by IPv6 too'],
  ['http://mapped.example/hub/1', 'a name that leads to a mapped address'],
  ['http://nat64.example/hub/1', 'a name that leads through NAT64'],
  ['http://local6.example/hub/1', 'a name that leads to a unique local address'],
  ['http://nothing.example/hub/1', 'a name without an address'],
  ['http://user:secret@public.example/hub/1', 'with credentials'],
  ['file:///etc/passwd', 'a file'],
  ['gopher://127.0.0.1:PORT/1', 'another protocol'],
  ['ws://public.example/', 'a WebSocket'],
  ['/hub/1', 'no URL'],
];

describe('not called', () => {
  test.each(refused)('%s: %s', async (url) => {
    const calling = call({ url: url.replace('PORT', String(service.port)) });
    await expect(calling).rejects.toBeInstanceOf(AddressRefusedError);
    await expect(calling).rejects.not.toThrow(/\d\.\d|example|secret/);
    expect(service.requests).toEqual([]);
  });
});

test('the origin of the service itself is called, with its headers', async () => {
  expect(await call({ url: `${service.url}/hub/1?x=1`, ownOrigin: service.url })).toBe(204);
  expect(service.requests).toMatchObject([
    { method: 'DELETE', target: '/hub/1?x=1', headers: { 'x-api-key': 'secret of the service' } },
  ]);
});

test.each([
  ['a name', 'loopback.example'],
  ['an address', '127.0.0.1'],
])('%s that is allowed is called, without headers of the service', async (_what, host) => {
  const allowedHosts = new Set([host]);
  expect(await call({ url: `http://${host}:${service.port}/hub/1`, allowedHosts })).toBe(204);
  const [request] = service.requests;
  expect(request?.headers['host']).toBe(`${host}:${service.port}`);
  expect(request?.headers['x-api-key']).toBeUndefined();
});

test('another port of the same host is not the origin of the service', async () => {
  const calling = call({ url: `${service.url}/hub/1`, ownOrigin: 'http://127.0.0.1:1' });
  await expect(calling).rejects.toBeInstanceOf(AddressRefusedError);
});

test('a name is resolved once, and what it resolves to later does not count', async () => {
  const answers: LookupAddress[][] = [[loopback], [{ address: '10.0.0.8', family: 4 }]];
  let asked = 0;
  const changing = () => Promise.resolve(answers[asked++] ?? []);
  const allowedHosts = new Set(['changing.example']);
  const url = `http://changing.example:${service.port}/hub/1`;
  expect(await call({ url, allowedHosts, resolve: changing })).toBe(204);
  expect(asked).toBe(1);
});

test.each([301, 302, 303, 307, 308])('a redirect by %d is not followed', async (status) => {
  service.answer = (_, response) => response.writeHead(status, { location: `${service.url}/admin` }).end();
  expect(await call({ url: `${service.url}/hub/1`, ownOrigin: service.url })).toBe(status);
  expect(service.requests.map(({ target }) => target)).toEqual(['/hub/1']);
});

test('a body without an end is not read to its end', async () => {
  let written = 0;
  service.answer = (_, response) => {
    response.writeHead(200);
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16 * 1024))) written += 16 * 1024;
    };
    response.on('drain', write);
    write();
  };
  const url = `${service.url}/hub/1`;
  expect(await call({ url, ownOrigin: service.url, answerBytesMax: 32 * 1024 })).toBe(200);
  expect(written).toBeLessThan(64 * 1024 * 1024);
});

test('an answer that does not come is not waited for', async () => {
  service.answer = () => undefined;
  const calling = call({ url: `${service.url}/hub/1`, ownOrigin: service.url, timeoutMs: 50 });
  await expect(calling).rejects.toThrow();
});

test('nor is a resolver that does not answer', async () => {
  const calling = call({ url: 'http://slow.example/', resolve: () => new Promise(() => {}), timeoutMs: 50 });
  await expect(calling).rejects.toThrow(/timeout|aborted/i);
});
