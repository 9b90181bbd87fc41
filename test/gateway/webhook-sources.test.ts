/** What subgraph.yaml says of deliveries is what the receiver is given. */
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { openSubgraphs } from '../../gateway/subgraphs.ts';
import { webhookSources } from '../../gateway/webhooks/webhook-sources.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../utils/subgraphs-folder.ts';

const publicUrl = 'https://hooks.example.com/in';
const verify = { scheme: 'github', secret: 'any' };
const ofVerify = { scheme: 'github', secrets: ['any'] };

/** One webhook, and what becomes of it and of its source. */
const rows: readonly [sentence: string, webhook: object, defaults: object, event: object, source?: object][] =
  [
    ['a secret is a list of one', {}, {}, { verify: ofVerify, isStrict: undefined, handshake: undefined }],
    [
      'several secrets stay as they are',
      { verify: { ...verify, secret: ['a', 'b'] } },
      {},
      { verify: { secrets: ['a', 'b'] } },
    ],
    [
      'the URL of twilio begins with PUBLIC_URL',
      { verify: { scheme: 'twilio', secret: 'any' } },
      {},
      { verify: { scheme: 'twilio', secrets: ['any'], publicUrl } },
    ],
    [
      'passwords, tokens and keys are secrets',
      { verify: { scheme: 'basic', user: 'u', password: 'p' } },
      {},
      { verify: { scheme: 'basic', user: 'u', secrets: ['p'] } },
    ],
    [
      'a token is one',
      { verify: { scheme: 'bearer', token: ['a', 'b'] } },
      {},
      { verify: { scheme: 'bearer', secrets: ['a', 'b'] } },
    ],
    [
      'a key is one',
      { verify: { scheme: 'api-key', header: 'X-Key', key: 'k' } },
      {},
      { verify: { scheme: 'api-key', header: 'X-Key', secrets: ['k'] } },
    ],
    [
      'settings of an hmac stay as they are',
      { verify: { scheme: 'hmac', secret: 'k', header: 'x-sign', encoding: 'base64', prefix: 'v1=' } },
      {},
      { verify: { scheme: 'hmac', secrets: ['k'], header: 'x-sign', encoding: 'base64', prefix: 'v1=' } },
    ],
    ['format and strictness', { format: 'form', strict: true }, {}, { format: 'form', isStrict: true }],
    [
      'a webhook wins over the defaults',
      { strict: false },
      { strict: true, format: 'form' },
      { format: 'form', isStrict: false },
    ],
    [
      'limits and the token of the service',
      {},
      { rateMax: 2.5, bodyBytesMax: 99, registrationToken: 'sixteen-letters-' },
      {},
      { rateMax: 2.5, bodyBytesMax: 99, registrationToken: 'sixteen-letters-' },
    ],
    [
      '1 MiB and 1,000 per second are taken where nothing is said',
      {},
      {},
      {},
      { bodyBytesMax: 1_048_576, rateMax: 1000 },
    ],
    [
      'a token of a websub handshake is one of several',
      { handshake: { scheme: 'websub', verifyToken: 't' } },
      {},
      { handshake: { scheme: 'websub', topics: undefined, verifyTokens: ['t'] } },
    ],
    [
      'topics of a websub handshake need no token',
      { handshake: { scheme: 'websub', topics: ['https://a.test'] } },
      {},
      { handshake: { scheme: 'websub', topics: ['https://a.test'], verifyTokens: [] } },
    ],
    [
      'a cloudevents handshake counts by the minute',
      { handshake: { scheme: 'cloudevents', origins: ['*'] } },
      { rateMax: 0.5 },
      { handshake: { scheme: 'cloudevents', origins: ['*'], ratePerMinute: 30 } },
    ],
    [
      'a handshake of nothing but its name',
      { handshake: { scheme: 'slack' } },
      {},
      { handshake: { scheme: 'slack' } },
    ],
  ];

let folder: SubgraphsFolder | undefined;
afterEach(() => folder?.remove());

test.each(rows)('%s', async (_sentence, webhook, webhookDefaults, event, source = {}) => {
  const document = {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1' },
    webhooks: { sold: { post: {} } },
  };
  const config = {
    endpoint: 'http://127.0.0.1:1',
    webhookDefaults: { verify, ...webhookDefaults },
    webhooks: { sold: webhook },
  };
  folder = await makeSubgraphsFolder({
    files: { 'shop/openapi.json': JSON.stringify(document), 'shop/subgraph.yaml': stringify(config) },
  });
  const { path: subgraphsDir } = folder;
  const compiledDir = join(subgraphsDir, '.compiled');
  const opened = await openSubgraphs({
    config: { subgraphsDir, compiledDir, host: '127.0.0.1', publicUrl },
    env: {},
  });
  expect(opened.problems).toEqual([]);
  const sources = webhookSources({ subgraphs: opened.subgraphs, isLoopback: true, publicUrl });
  await Promise.all(opened.subgraphs.map((subgraph) => subgraph.close()));
  expect(sources).toMatchObject([{ name: 'shop', ...source, events: [{ name: 'sold', ...event }] }]);
});
