/** A document was wrong: its deliveries are kept, and become events once it is corrected. With the command line. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '../../../webhooks/dead-letters/dead-letter.ts';
import { smallDocument } from '../../mesh/subgraph-folders.ts';
import { runningPrograms, runProgram } from '../../utils/child-process.ts';
import { eventLogs, openSqlite, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { freePort } from '../../utils/free-port.ts';
import { startGatewayProcess, stopWell, type GatewayProcess } from '../../utils/gateway-process.ts';
import { untilLive } from '../../utils/live.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { send, signedDelivery } from '../../utils/webhook-delivery.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

const ADMIN_KEY = 'key-of-the-operators';
const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
const wrongDocument = smallDocument.replace('required: [id, total]', 'required: [id, total, customerId]');

const subgraphYaml = `endpoint: http://127.0.0.1:1
entities: { Order: { key: id, resolve: { operation: getOrder, argument: id } } }
webhooks: { orderCreated: { entity: Order, verify: { scheme: standard-webhooks, secret: "${secret}" } } }
`;

let log: EventLogUrl;
let folder: SubgraphsFolder;
let gateway: GatewayProcess;

const start = () =>
  startGatewayProcess({ env: { ADMIN_KEY, SUBGRAPHS_DIR: folder.path }, eventsUrl: log.url });

async function open(openLog: () => Promise<EventLogUrl>): Promise<void> {
  log = await openLog();
  const files = { 'shop/openapi.yaml': wrongDocument, 'shop/subgraph.yaml': subgraphYaml };
  folder = await makeSubgraphsFolder({ files });
  gateway = await start();
}

async function end(): Promise<void> {
  await stopWell(gateway);
  await folder.remove();
  await log.close();
  expect(runningPrograms()).toEqual([]);
}

const deliver = (id: string, payload: object) =>
  send(signedDelivery({ gatewayUrl: gateway.url, source: 'shop', secret, id, payload }));

const sluice = (args: readonly string[], env: Readonly<Record<string, string>> = { ADMIN_KEY }) =>
  runProgram({ args: ['bin/sluice.ts', 'dead-letters', ...args, '--url', gateway.url], env });

/** On this machine, where nothing listens. */
const runAlone = (args: readonly string[], PORT = '4000') =>
  runProgram({ args: ['bin/sluice.ts', 'dead-letters', ...args], env: { ADMIN_KEY, PORT } });

async function listed(...args: string[]): Promise<DeadLetter[]> {
  const { stdout } = await sluice(['list', '--json', ...args]);
  return (JSON.parse(stdout) as { deadLetters: DeadLetter[] }).deadLetters;
}

describe.each(eventLogs)('with events in $kind', ({ open: openLog }) => {
  beforeAll(() => open(openLog));
  afterAll(end);

  test('an id with another body is 409, and both bodies can be read', async () => {
    const order = { id: '7', total: 1, customerId: 'cus_1' };
    const client = await connectWebSocket(gateway.url);
    const stream = client.subscribe('subscription { orderCreated { total } }');
    await untilLive([stream], (opening) => deliver(opening, order));
    expect((await deliver('msg_twice', order)).status).toBe(202);
    expect((await deliver('msg_twice', { ...order, total: 2 })).status).toBe(409);
    expect(await stream.next()).toMatchObject({
      data: { orderCreated: { total: 1 } },
      extensions: { event: { id: 'msg_twice' } },
    });
    await client.close();
    const [letter] = await listed('--code', 'WEBHOOK_ID_CONFLICT');
    const { stdout } = await sluice(['show', letter?.id ?? '']);
    expect(stdout).toContain('"total":2');
    expect((await sluice(['discard', letter?.id ?? ''])).code).toBe(0);
  });

  test('a redriven letter reaches its subscribers, with the id that the sender gave it', async () => {
    const kept = await deliver('msg_kept', { id: '7', total: 12 });
    expect(kept.status).toBe(202);
    const [letter] = await listed('--source', 'shop', '--code', 'WEBHOOK_PAYLOAD_INVALID');
    const id = letter?.id ?? '';
    const inVain = await sluice(['redrive', id]);
    expect([inVain.code, inVain.stdout]).toEqual([1, `${id} refused WEBHOOK_PAYLOAD_INVALID\n`]);

    await stopWell(gateway);
    await writeFile(join(folder.path, 'shop/openapi.yaml'), smallDocument);
    gateway = await start();
    const client = await connectWebSocket(gateway.url);
    const stream = client.subscribe('subscription { orderCreated { id total } }');
    await untilLive([stream], (opening) => deliver(opening, { id: '1', total: 1 }));
    const redriven = await sluice(['redrive', '--code', 'WEBHOOK_PAYLOAD_INVALID', '--json']);
    expect([redriven.code, JSON.parse(redriven.stdout)]).toEqual([
      0,
      { redriven: [{ id, source: 'shop', outcome: 'appended', reason: null }] },
    ]);
    const results = await stream.through(({ extensions }) => extensions?.event?.id === 'msg_kept');
    expect(results.at(-1)).toMatchObject({
      data: { orderCreated: { id: '7', total: 12 } },
      extensions: { event: { id: 'msg_kept', source: 'shop', type: 'orderCreated' } },
    });
    await client.close();
    expect(await listed()).toEqual([]);
    const again = await deliver('msg_kept', { id: '7', total: 12 });
    expect([again.status, again.headers.get('sluice-duplicate')]).toEqual([202, 'true']);
  });
});

describe('sluice dead-letters', () => {
  beforeAll(() => open(openSqlite));
  afterEach(() => sluice(['discard', '--all']));
  afterAll(end);

  test('people get tables, and nothing of a sender that a terminal would obey', async () => {
    await deliver('msg_a', { id: '\u001b]0;owned\u0007', note: '\u009b31m' });
    await deliver('msg_b', { id: '7', total: 'much' });
    const { code, stdout } = await sluice(['list']);
    expect(code).toBe(0);
    const [head, first, second, sum] = stdout.split('\n');
    expect(head).toMatch(/^id {32}received {18}source {2}event {2}code {21}times {2}delivery id$/);
    expect(first).toMatch(/^[0-9a-f]{32} {2}\S{24} {2}shop .* WEBHOOK_PAYLOAD_INVALID {2}1 {6}msg_a$/);
    expect(second).toMatch(/msg_b$/);
    expect(sum).toBe('2 dead letters of 2');
    const shown = await sluice(['show', first?.slice(0, 32) ?? '']);
    expect(shown.stdout).toMatch(/^code +WEBHOOK_PAYLOAD_INVALID: /m);
    expect(shown.stdout).toMatch(/^ {2}webhook-signature: v1,/m);
    expect(shown.stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  test('more letters than the gateway gives at a time are listed, redriven and discarded all the same', async () => {
    const ids = Array.from({ length: 105 }, (_, count) => `msg_${count}`);
    await Promise.all(ids.map((id) => deliver(id, { id: '7' })));
    const { stdout } = await sluice(['list', '--limit', '103']);
    expect(stdout.match(/msg_\d+$/gm)).toHaveLength(103);
    expect(stdout).toMatch(/\n103 dead letters of 105; more with --limit\n$/);
    const redriven = await sluice(['redrive', '--source', 'shop']);
    expect(redriven.stdout.match(/ refused WEBHOOK_PAYLOAD_INVALID$/gm)).toHaveLength(105);
    const discarded = await sluice(['discard', '--all', '--json']);
    expect(new Set((JSON.parse(discarded.stdout) as { discarded: string[] }).discarded).size).toBe(105);
    expect((await sluice(['list'])).stdout).toBe('0 dead letters of 0\n');
  });

  test('discard removes those that are named, and says which are not there', async () => {
    await deliver('msg_a', { id: '7' });
    const [letter] = await listed();
    const id = letter?.id ?? '';
    const nobody = '0'.repeat(32);
    const { code, stdout, stderr } = await sluice(['discard', id, nobody]);
    expect([code, stdout, stderr]).toEqual([
      1,
      `${id} discarded\n`,
      `sluice: there is no dead letter ${nobody}\n`,
    ]);
    expect((await sluice(['discard', '--all'])).code).toBe(0);
    const unknown = await sluice(['redrive', nobody]);
    expect([unknown.code, unknown.stdout]).toEqual([1, `${nobody} unknown\n`]);
    expect((await sluice(['show', nobody])).stderr).toMatch(/^sluice: There is no dead letter of this id\. /);
  });

  test.each([
    { args: ['list'], env: {}, says: /^sluice: ADMIN_KEY must be set/ },
    {
      args: ['list'],
      env: { ADMIN_KEY: 'the-key-of-others' },
      says: /^sluice: http.* refuses this ADMIN_KEY\n$/,
    },
    { args: ['list', '--from', 'now'], env: { ADMIN_KEY }, says: /^sluice: "from" must be a time/ },
  ])('$args with $env fails with one line and code 1', async ({ args, env, says }) => {
    const { code, stdout, stderr } = await sluice(args, env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('the-key-of-others');
  });
});

describe('sluice dead-letters, without a gateway', () => {
  test.each([
    { args: [], says: /^sluice dead-letters: it takes <action> \[id \.\.\.\]\nUsage: / },
    { args: ['flood'], says: /there is no "flood"; it takes list, show, redrive, discard\n/ },
    { args: ['__proto__'], says: /there is no "__proto__"/ },
    { args: ['list', 'a'], says: /list takes no ids\n/ },
    { args: ['list', '--limit', '0'], says: /--limit takes a number above 0\n/ },
    { args: ['list', '--url', 'ftp://a'], says: /--url must be an http/ },
    { args: ['list', '--url', 'http://user:password@a'], says: /--url must be an http/ },
    { args: ['show'], says: /show takes one id\n/ },
    { args: ['redrive'], says: /name ids, or choose by options/ },
    { args: ['discard', 'a', '--all'], says: /name ids, or choose by options/ },
  ])('$args is a mistake in its use: code 2', async ({ args, says }) => {
    const { code, stdout, stderr } = await runAlone(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });

  test('says that no gateway is there', async () => {
    const port = await freePort();
    const { code, stderr } = await runAlone(['list'], String(port));
    expect([code, stderr]).toEqual([
      1,
      `sluice: http://127.0.0.1:${port} can not be reached: ECONNREFUSED\n`,
    ]);
  });
});
