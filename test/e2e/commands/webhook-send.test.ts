/** `sluice webhook send`, against a gateway of its own: what it signs, the gateway takes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sample } from 'openapi-sampler';
import { stringify } from 'yaml';
import { readConfig } from '../../../gateway/config.ts';
import { sendWebhooks, type WebhookSent } from '../../../gateway/webhooks/send-webhooks.ts';
import { runningPrograms, runProgram } from '../../utils/child-process.ts';
import { freePort } from '../../utils/free-port.ts';
import { startGatewayProcess, stopWell, type GatewayProcess } from '../../utils/gateway-process.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';

const schema = {
  type: 'object',
  required: ['id', 'total', 'lines'],
  properties: {
    id: { type: 'string', minLength: 3 },
    total: { type: 'number', exclusiveMinimum: 0 },
    lines: { type: 'array', minItems: 2, items: { $ref: '#/components/schemas/Line' } },
  },
};
const event = (payload: object) => ({
  post: {
    requestBody: { content: { 'application/json': { schema: payload } } },
    responses: { '202': { description: 'Received' } },
  },
});
const impossible = { type: 'string', pattern: '^[0-9]{3}-never-.$', minLength: 50 };

/** Every scheme of a secret that the folder knows, each with an event called like it. */
const schemes = {
  'standard-webhooks': { verify: { scheme: 'standard-webhooks', secret: '${SECRET}' } },
  svix: { verify: { scheme: 'standard-webhooks', secret: '${SECRET}', headerPrefix: 'svix' } },
  github: { verify: { scheme: 'github', secret: '${SECRET}' } },
  stripe: { verify: { scheme: 'stripe', secret: '${SECRET}' } },
  slack: { verify: { scheme: 'slack', secret: '${SECRET}' }, id: { pointer: '/id' } },
  shopify: { verify: { scheme: 'shopify', secret: '${SECRET}' } },
  twilio: { verify: { scheme: 'twilio', secret: '${SECRET}' } },
  hmac: {
    verify: {
      scheme: 'hmac',
      secret: '${SECRET}',
      header: 'x-sign',
      signed: '{method} {target} {id}.{timestamp}.{body}',
      idHeader: 'x-id',
      timestampHeader: 'x-time',
    },
  },
  basic: { verify: { scheme: 'basic', user: 'shop', password: '${SECRET}' }, id: { header: 'x-id' } },
  bearer: { verify: { scheme: 'bearer', token: '${SECRET}' }, id: { header: 'x-id' } },
  'api-key': { verify: { scheme: 'api-key', header: 'x-key', key: '${SECRET}' }, id: { header: 'x-id' } },
  none: { verify: { scheme: 'none' }, id: { header: 'x-id' } },
};
const others = {
  strict: { verify: { scheme: 'none' }, strict: true },
  asymmetric: {
    verify: { scheme: 'standard-webhooks', secret: `whpk_${Buffer.alloc(32, 9).toString('base64')}` },
  },
};

let folder: SubgraphsFolder;
let gateway: GatewayProcess;
const secret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;
const env = (more: Readonly<Record<string, string>> = {}) => ({
  SUBGRAPHS_DIR: join(folder.path, 'subgraphs'),
  COMPILED_DIR: join(folder.path, 'compiled'),
  PUBLIC_URL: 'https://hooks.example.com',
  SECRET: secret,
  ...more,
});

beforeAll(async () => {
  const names = Object.keys(schemes);
  const document = {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1' },
    paths: {
      '/orders': { get: { operationId: 'listOrders', responses: { '200': { description: 'Orders' } } } },
    },
    webhooks: {
      ...Object.fromEntries(names.map((name) => [name, event(schema)])),
      strict: event(impossible),
      asymmetric: event(schema),
    },
    components: {
      schemas: { Line: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } } },
    },
  };
  folder = await makeSubgraphsFolder({
    files: {
      'subgraphs/shop/openapi.json': JSON.stringify(document),
      'subgraphs/shop/subgraph.yaml': stringify({
        endpoint: 'http://127.0.0.1:1',
        webhooks: { ...schemes, ...others },
      }),
    },
  });
  gateway = await startGatewayProcess({ env: env(), eventsUrl: `sqlite:${join(folder.path, 'events.db')}` });
});
afterAll(async () => {
  await stopWell(gateway);
  await folder.remove();
  expect(runningPrograms()).toEqual([]);
});

function send(args: readonly string[], more?: Readonly<Record<string, string>>) {
  return runProgram({
    args: ['bin/sluice.ts', 'webhook', 'send', ...args, '--url', gateway.url],
    env: env(more),
  });
}

test.each(Object.keys(schemes))(
  'a sample signed by %s is taken, each with an id of its own',
  async (event) => {
    const answers: WebhookSent[] = [];
    const problems: string[] = [];
    const isGood = await sendWebhooks({
      config: readConfig(env()),
      env: env(),
      source: 'shop',
      event,
      sampleOf: (described) => sample(described, {}, described),
      times: 2,
      url: gateway.url,
      onAnswer: (answer) => answers.push(answer),
      onProblem: (problem) => problems.push(problem),
    });
    const taken = { status: 202, isDuplicate: false, isQuarantined: false, text: '' };
    expect([isGood, answers, problems]).toMatchObject([true, [taken, taken], []]);
    expect(answers[0]?.id).not.toBe(answers[1]?.id);
  },
);

describe('sluice webhook send', () => {
  test('sends as many samples as it is told', async () => {
    const { code, stdout, stderr } = await send(['shop', 'stripe', '--times', '3']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^(?:202 \d+ ms, id [0-9a-f-]{36}\n){3}$/);
  });

  test('fails with what the gateway says, and says no secret', async () => {
    const another = `whsec_${Buffer.alloc(24, 6).toString('base64')}`;
    const { code, stdout } = await send(['shop', 'bearer'], { SECRET: another });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^401 .*\n.*WEBHOOK_SIGNATURE_INVALID.*\n$/);
    expect(stdout).not.toContain(another);
  });

  test('sends a file as it is', async () => {
    const file = join(folder.path, 'order.json');
    await writeFile(file, '{ "id": "ord_9", "total": 9.90, "lines": [{"sku":"a"},{"sku":"b"}] }');
    const { stdout } = await send(['shop', 'slack', '--data', file]);
    const again = await send(['shop', 'slack', '--data', file]);
    expect([stdout, again.stdout]).toEqual([
      expect.stringMatching(/^202 .*(?<!duplicate)\n$/),
      expect.stringMatching(/^202 .*, duplicate\n$/),
    ]);
  });

  test('fails when a delivery is answered 2xx and is no event', async () => {
    const file = join(folder.path, 'no-order.json');
    await writeFile(file, '{ "id": "ord_9" }');
    const { code, stdout } = await send(['shop', 'github', '--data', file]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^202 .*, no event, kept in quarantine: "sluice dead-letters list" says why\n$/);
  });

  test('puts an id of its own into each of several', async () => {
    const file = join(folder.path, 'order.json');
    await writeFile(file, '{ "id": "ord_9", "total": 9.90, "lines": [{"sku":"a"},{"sku":"b"}] }');
    const { stdout } = await send(['shop', 'slack', '--data', file, '--times', '3']);
    expect(stdout).toMatch(/^(?:202 (?!.*duplicate).*\n){3}$/);
  });

  test('says when the sample does not fit its own schema', async () => {
    const { code, stdout } = await send(['shop', 'strict']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^warning: the sample does not fit the schema \(the payload .*\): send one of your own/,
    );
    expect(stdout).toContain('\n422 ');
  });

  test.each([
    [
      ['shop', 'orderEaten'],
      `shop has no event orderEaten; it has: ${[...Object.keys(schemes), ...Object.keys(others)].join(', ')}`,
    ],
    [['shops', 'none'], /^there is no folder shops in /],
    [['shop', 'asymmetric'], /^whpk_ is a public key/],
    [
      ['shop', 'none', '--data', '/nowhere.json'],
      'the file of --data can not be read: /nowhere.json (ENOENT)',
    ],
  ])('%s is one line and code 1', async (args, message) => {
    const { code, stdout, stderr } = await send(args);
    expect([code, stdout]).toEqual([1, '']);
    const [, text] = /^sluice: (.*)\n$/.exec(stderr) ?? [];
    if (typeof message === 'string') expect(text).toBe(message);
    else expect(text).toMatch(message);
  });

  test('says when nothing answers', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await runProgram({
      args: ['bin/sluice.ts', 'webhook', 'send', 'shop', 'none', '--url', url],
      env: env(),
    });
    expect([code, stderr]).toEqual([1, `sluice: nothing answers at ${url} (ECONNREFUSED)\n`]);
  });

  test.each([
    ['receive', 'shop', 'none'],
    ['send', 'shop'],
    ['send', 'shop', 'none', '--times', '0'],
    ['send', 'shop', 'none', '--url', 'x'],
  ])('a call that its usage does not say is code 2: %s %s %s %s', async (...args) => {
    const { code, stderr } = await runProgram({
      args: ['bin/sluice.ts', 'webhook', ...args.filter((arg) => arg !== undefined)],
      env: env(),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: sluice webhook send <source> <event> [options]');
  });
});
