/** What a stranger can make Sluice compute, without a secret. */
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { createWebhookReceiver } from '../../webhooks/receive.ts';
import { receiverOptions } from './receiver-options.ts';

const bodyBytesMax = 2 ** 20;
const large = {
  source: 'shop',
  event: null,
  method: 'POST',
  target: '/webhooks/shop',
  peer: '198.51.100.7',
  headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
  readBody: () => Promise.resolve(Buffer.alloc(bodyBytesMax)),
};

test('a large body that is held against many secrets counts as many failures', async () => {
  const log = await createSqliteEventLog({ path: ':memory:' });
  const known = Array.from({ length: 40 }, (_, at) => `secret ${at}`);
  const verify = { scheme: 'github', secrets: () => known } as const;
  const event = { name: 'e', dialect: '3.1', successStatus: 202, verify } as const;
  const sources = [{ name: 'shop', bodyBytesMax, events: [event] }];
  const { receive } = createWebhookReceiver({ ...receiverOptions(log), sources });
  const answers = [];
  // 40 MiB are eleven failures: the tenth of them is a debt.
  for (let count = 0; count < 11; count++) answers.push(await receive(large));
  expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  await log.close();
});
