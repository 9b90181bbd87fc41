import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DocumentSourceError, readDocumentSource } from '../../../mesh/add/document-source.ts';

/** What a server answers at a path. */
const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/openapi.yaml': (response) => response.end('openapi: 3.1.0'),
  '/moved': (response) => response.writeHead(302, { location: '/openapi.yaml' }).end('moved'),
  '/round': (response) => response.writeHead(302, { location: '/round' }).end(),
  '/to-file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/page': (response) => response.end('<html><body>openapi: 3.1.0</body></html>'),
  '/large': (response) => response.end('x'.repeat(1001)),
  '/endless': (response) => void response.write('openapi: 3.1.0\n'),
  '/nowhere': (response) => response.writeHead(302).end(),
};

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer) answer(response);
    else response.writeHead(404).end('no');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('a URL is read, redirects followed', async () => {
  for (const path of ['/openapi.yaml', '/moved']) {
    const { bytes, url } = await readDocumentSource({ source: `${base}${path}` });
    expect([bytes.toString(), url?.href]).toEqual(['openapi: 3.1.0', `${base}/openapi.yaml`]);
  }
});

test.each([
  { path: '/gone', says: /\/gone: the server answered 404$/ },
  { path: '/round', says: /\/round: more than 5 redirects$/ },
  { path: '/to-file', says: /\/to-file: leads to file:\/\/, which is not followed$/ },
  { path: '/nowhere', says: /\/nowhere: the server answered 302$/ },
  { path: '/page', says: /\/page: is a web page and no OpenAPI document/ },
  { path: '/large', says: /\/large: larger than 1000 bytes$/ },
  { path: '/endless', says: /\/endless: can not be read: no answer within 0\.2 s$/ },
])('$path is refused', async ({ path, says }) => {
  const reading = readDocumentSource({ source: `${base}${path}`, bytesMax: 1000, timeoutMs: 200 });
  await expect(reading).rejects.toThrow(says);
  await expect(reading).rejects.toBeInstanceOf(DocumentSourceError);
});

test.each([
  { source: 'no/such/file.yaml', says: /^no\/such\/file\.yaml: there is no such file$/ },
  { source: 'test', says: /^test: is a folder/ },
  { source: 'package-lock.json', says: /^package-lock\.json: larger than 1000 bytes$/ },
  { source: 'ftp://shop.test/openapi.yaml', says: /only http:\/\/ and https:\/\/ URLs, and files/ },
  { source: 'http://', says: /only http:\/\/ and https:\/\/ URLs, and files/ },
  { source: 'http://127.0.0.1:1/openapi.yaml', says: /can not be read: ECONNREFUSED$/ },
])('$source is refused', async ({ source, says }) => {
  await expect(readDocumentSource({ source, bytesMax: 1000 })).rejects.toThrow(says);
});
