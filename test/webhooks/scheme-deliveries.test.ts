/** What is verified is in the log, and what is not is nowhere: every scheme through the whole receiver. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog } from '../../events/event-log.ts';
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { type WebhookReceiver, createWebhookReceiver } from '../../webhooks/receive.ts';
import type { WebhookSource } from '../../webhooks/source.ts';
import { inQuarantine, receiverOptions } from './receiver-options.ts';
import { plain } from './senders.ts';
import { verificationCases } from './verification/cases.ts';

const rows = verificationCases.map((row, index) => ({
  ...row,
  source: `source-${index}`,
  /** With a credential anybody may have changed the body on its way; then it is good and no event. */
  isEvent: row.given.body.toString() === row.scheme.body,
}));

/** One source for each row, so that none is a duplicate of another. */
const sources = rows.map(({ source, scheme, secrets }): WebhookSource => ({
  name: source,
  bodyBytesMax: 4096,
  events: [
    {
      name: 'sent',
      verify: { ...scheme.config, secrets },
      id: { header: 'x-test-id' },
      format: scheme.contentType === 'application/json' ? 'json' : 'form',
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
  receiver = createWebhookReceiver({ ...receiverOptions(log), sources });
});
afterAll(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

/** The answers to what is not taken: they are the same for whatever is wrong. */
const unverified = {
  title: 'The delivery could not be verified',
  status: 401,
  code: 'WEBHOOK_SIGNATURE_INVALID',
};
/** A form has to say that it is one, and that is looked at before. */
const noForm = { status: 415, code: 'WEBHOOK_MEDIA_TYPE_UNSUPPORTED' };

test.each(rows.map((row) => [row.sentence, row.isGood ? 'taken' : 'refused', row] as const))(
  '%s is %s',
  async (_sentence, _verdict, { source, scheme, given, isGood, isEvent }) => {
    const { headers, body, target } = given;
    const sent = plain({ source, event: 'sent', headers: { ...headers, 'x-test-id': '1' }, body, target });
    const { status, body: answer } = await receiver.receive(sent);
    const problem = headers['content-type'] === scheme.contentType ? unverified : noForm;
    expect(status).toBe(isGood ? 202 : problem.status);
    if (isGood) expect(answer).toBeNull();
    else expect(JSON.parse(answer ?? '')).toMatchObject(problem);

    const inLog = { type: 'sent', id: '1', dataJson: scheme.json };
    const events = await log.read(source, null, 10);
    expect(events).toEqual(isGood && isEvent ? [expect.objectContaining(inLog)] : []);
    const letters = (await inQuarantine(log)).filter((letter) => letter.source === source);
    const kept = { event: 'sent', id: '1', code: 'WEBHOOK_BODY_MALFORMED', body: body.toString('latin1') };
    expect(letters).toEqual(isGood && !isEvent ? [expect.objectContaining(kept)] : []);
  },
);
