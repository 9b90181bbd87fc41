/** Deliveries as bytes on a real socket: each is answered as its row says, and nothing else is kept. */
import type { EventLog } from '../../events/event-log.ts';
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { webhookProblems } from '../../webhooks/problem.ts';
import { createWebhookReceiver } from '../../webhooks/receive.ts';
import { openRawConnection, type RawAnswer } from '../utils/raw-http.ts';
import { wireBodies } from './deliveries/wire-bodies.ts';
import type { WireAnswer, WireCase } from './deliveries/wire-case.ts';
import { slow, wireRequests } from './deliveries/wire-requests.ts';
import { type OpenDoor, openDoor } from './door.ts';
import { inLog, inQuarantine, receiverOptions } from './receiver-options.ts';

const wire = [...wireBodies, ...wireRequests];

let log: EventLog;
let door: OpenDoor;

beforeEach(async () => {
  log = await createSqliteEventLog({ path: ':memory:' });
});
afterEach(async () => {
  await door.close();
  await log.close();
});

describe('every delivery on a socket', () => {
  test.each(rowsOf(wire))('%s: %s', async (_id, _sentence, row) => {
    door = await openDoor(createWebhookReceiver(receiverOptions(log)));
    await expectRow(row);
  });

  test('has a row of its own', () => {
    const ids = [...wire, ...slow].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a sender that is slow', () => {
  test.each(rowsOf(slow))('%s: %s', async (_id, _sentence, row) => {
    const receiver = createWebhookReceiver(receiverOptions(log));
    door = await openDoor(receiver, 100, { headersTimeout: 100, connectionsCheckingInterval: 20 });
    await expectRow(row);
  });
});

function rowsOf(rows: readonly WireCase[]) {
  return rows.map((row) => [row.id, row.sentence, row] as const);
}

async function expectRow({ given, drip, ends, expected }: WireCase): Promise<void> {
  const connection = await openRawConnection(door.url);
  const { socket } = connection;
  for (const piece of given) socket.write(piece);
  if (ends) socket.end();
  const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 20);
  const answers: RawAnswer[] = [];
  for (let answer; (answer = await connection.next());) answers.push(answer);
  clearInterval(dripping);

  expect(answers.map(readable)).toEqual(expected.answers.map(asItComes));
  expect(await inLog(log)).toEqual((expected.log ?? []).map((event) => expect.objectContaining(event)));
  const letters = (expected.quarantine ?? []).map((letter) => expect.objectContaining(letter));
  expect(await inQuarantine(log)).toEqual(letters);
  expect(door.passedOn).toEqual([]);
}

/** Node answers some that it refuses with a body of no chunks. */
const noChunks = '0\r\n\r\n';

function readable({ status, headers, body }: RawAnswer) {
  return { status, headers, body: body === '' || body === noChunks ? null : (JSON.parse(body) as unknown) };
}

function asItComes({ status, problem: code, headers }: WireAnswer) {
  const media = code && { 'content-type': 'application/problem+json' };
  const body = code ? { ...webhookProblems[code], code } : null;
  return { status, headers: expect.objectContaining({ ...media, ...headers }), body };
}
