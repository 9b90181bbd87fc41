/** Which sources can be served, and what is said of those that can't or that somebody should look at. */
import type { EventLog } from '../../events/event-log.ts';
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { webhookSourceProblem } from '../../webhooks/compiled-source.ts';
import { createWebhookReceiver } from '../../webhooks/receive.ts';
import type { WebhookEvent } from '../../webhooks/source.ts';
import { receiverOptions } from './receiver-options.ts';
import { recordingLogger } from './recording-logger.ts';
import { secrets } from './senders.ts';
import { bodyBytesMax, sources } from './sources.ts';

let log: EventLog;
beforeAll(async () => {
  log = await createSqliteEventLog({ path: ':memory:' });
});
afterAll(() => log.close());

const standardWith = (...given: string[]) => ({ scheme: 'standard-webhooks', secrets: given }) as const;

describe('a configuration that can not be served', () => {
  const event = { name: 'e', verify: { scheme: 'none' }, dialect: '3.1', successStatus: 202 } as const;
  const bad = 'not+base64!';
  test.each([
    ['a secret that is not base64', { ...event, verify: standardWith(`whsec_${bad}`) }, 'must be base64'],
    ['an empty secret', { ...event, verify: standardWith('whsec_') }, 'must be base64'],
    ['a public key as the secret', { ...event, verify: standardWith('whpk_AAAA') }, 'must be base64'],
    ['no secret', { ...event, verify: standardWith() }, 'at least one secret'],
    [
      'an empty github secret',
      { ...event, verify: { scheme: 'github', secrets: [''] } as const },
      'must not be empty',
    ],
    [
      'a reference that leads nowhere',
      { ...event, schema: { $ref: '#/components/schemas/No' } },
      "can't resolve reference",
    ],
    ['a type that does not exist', { ...event, schema: { type: 'strng' } }, 'strng'],
    ['a subject that is no pointer', { ...event, subject: 'id' }, 'no JSON pointer'],
    ['an id pointer with a wrong escape', { ...event, id: { pointer: '/~2' } }, 'no JSON pointer'],
    ['a status that is no success', { ...event, successStatus: 302 }, '2xx'],
  ])('%s: the error names source and event', (_what, given, message) => {
    const create = () =>
      createWebhookReceiver({
        ...receiverOptions(log),
        sources: [{ name: 'shop', bodyBytesMax: 1, events: [given] }],
      });
    expect(create).toThrow(message);
    expect(create).toThrow('Webhook source "shop", event "e"');
    expect(create).not.toThrow(bad);
  });

  test('one source that can not be served says why, so that the others need not be left out', () => {
    const verify = standardWith(`whsec_${bad}`);
    const source = { name: 'shop', bodyBytesMax: 1, events: [{ ...event, verify }] };
    const problem = webhookSourceProblem(source);
    expect(problem).toMatch(/^Webhook source "shop", event "e": .*must be base64/);
    expect(problem).not.toContain(bad);
    expect(sources.map(webhookSourceProblem)).toEqual(sources.map(() => undefined));
  });

  test('names that are given twice', () => {
    const options = receiverOptions(log);
    const twice = [{ name: 'shop', bodyBytesMax: 1, events: [event, event] }];
    expect(() => createWebhookReceiver({ ...options, sources: twice })).toThrow('given twice');
    expect(() => createWebhookReceiver({ ...options, sources: [...sources, ...sources] })).toThrow(
      'given twice',
    );
  });
});

/** The log lines that a receiver of these events makes when it is created. */
function warningsOf(events: WebhookEvent[]): unknown[] {
  const logger = recordingLogger();
  const source = { name: 'shop', bodyBytesMax, events };
  createWebhookReceiver({ ...receiverOptions(log, logger), sources: [source] });
  return logger.lines;
}

describe('a configuration that is served with a warning', () => {
  const event = { name: 'e', dialect: '3.1', successStatus: 202 } as const;
  test('a secret shorter than Standard Webhooks asks for is named by its source, once, and not shown', () => {
    const short = `whsec_${Buffer.alloc(23, 's').toString('base64')}`;
    const verify = standardWith(secrets.current, short);
    const lines = warningsOf([
      { ...event, verify },
      { ...event, name: 'f', verify },
    ]);
    expect(lines).toEqual([
      {
        level: 'warn',
        source: 'shop',
        event: 'e',
        message: expect.stringContaining('shorter than the 24 bytes'),
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain(short.slice(6));
    expect(warningsOf([{ ...event, verify: standardWith(secrets.current) }])).toEqual([]);
    const registered = { scheme: 'standard-webhooks', secrets: () => [short] } as const;
    expect(warningsOf([{ ...event, verify: registered }])).toHaveLength(1);
  });

  test('a secret with the line feed of its file is named: every signature by it would be wrong', () => {
    const verify = { scheme: 'github', secrets: ['secret\n'] } as const;
    expect(warningsOf([{ ...event, verify }])).toEqual([
      {
        level: 'warn',
        source: 'shop',
        event: 'e',
        message: 'a secret begins or ends with white space, which is taken for a part of it',
      },
    ]);
  });

  test('a pattern that is not enforced is named by source, event and pointer', () => {
    const schema = { properties: { a: { pattern: '^(?=.*b)' } } };
    expect(warningsOf([{ ...event, verify: { scheme: 'none' }, schema }])).toEqual([
      {
        level: 'warn',
        source: 'shop',
        event: 'e',
        pointer: '/properties/a/pattern',
        message: "a pattern is not enforced: RE2 can't express it",
      },
    ]);
  });
});
