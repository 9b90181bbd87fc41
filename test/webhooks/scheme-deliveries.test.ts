/** What is verified is in the log, and what is not is nowhere: every scheme through the whole receiver. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog } from '../../events/event-log.ts';
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { type WebhookReceiver, createWebhookReceiver } from '../../webhooks/receive.ts';
import type { WebhookSource } from '../../webhooks/source.ts';
import { recordingLogger } from './recording-logger.ts';
import { nowMs, plain } from './senders.ts';
import { verificationCases } from './verification/cases.ts';

/** Those whose body is the JSON that its sender wrote, or that are refused anyway. */
const rows = verificationCases
  .filter(({ scheme }) => scheme.contentType === 'application/json')
  .filter(({ scheme, given, isGood }) => !isGood || given.body.toString() === scheme.body)
  .map((row, index) => ({ ...row, source: `source-${index}` }));

/** One source for each row, so that none is a duplicate of another. */
const sources = rows.map(({ source, scheme, secrets }): WebhookSource => ({
  name: source,
  bodyBytesMax: 4096,
  events: [
    {
      name: 'sent',
      verify: { ...scheme.config, secrets },
      id: { header: 'x-test-id' },
      dialect: '3.1',
      successStatus: 202,
    },
  ],
}));

let folder: string;
let log: EventLog;
let receiver: WebhookReceiver;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-schemes-'));
  log = await createSqliteEventLog({ path: join(folder, 'events.db') });
  receiver = createWebhookReceiver({ sources, log, now: () => nowMs, logger: recordingLogger() });
});
afterAll(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

test.each(rows.map((row) => [row.sentence, row.isGood ? 'taken' : '401', row] as const))(
  '%s is %s',
  async (_sentence, _verdict, { source, scheme, given, isGood }) => {
    const { headers, body, target } = given;
    const sent = plain({ source, event: 'sent', headers: { ...headers, 'x-test-id': '1' }, body, target });
    const { status, body: answer } = await receiver.receive(sent);
    expect(status).toBe(isGood ? 202 : 401);
    const problem: unknown = typeof answer === 'string' ? JSON.parse(answer) : answer;
    // The same for whatever is wrong.
    const unverified = {
      title: 'The delivery could not be verified',
      status: 401,
      code: 'WEBHOOK_SIGNATURE_INVALID',
    };
    expect(problem).toEqual(isGood ? null : unverified);
    const inLog = { type: 'sent', id: '1', dataJson: scheme.body };
    expect(await log.read(source, null, 10)).toEqual(isGood ? [expect.objectContaining(inLog)] : []);
  },
);
