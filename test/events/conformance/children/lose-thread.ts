/** Ends the thread of a log behind its back, and prints what the log did, and what it said. */
import type { Worker } from 'node:worker_threads';
import { createSqliteEventLog } from '../../../../events/sqlite/sqlite-event-log.ts';
import { createCollector, delivery, offsetsOf } from '../../deliveries.ts';

const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));
const said: string[] = [];
const say = (context: { readonly reason?: string }, message: string): void =>
  void said.push([message, context.reason].filter(Boolean).join(': '));
const [, path = ''] = process.argv.slice(2);
const log = await createSqliteEventLog({ path, log: { info: say, warn: say, error: say } });
const { events, collect, reached } = createCollector();
await log.subscribe('orders', collect);
await log.append([delivery()]);

const ending = threads[0]?.terminate();
const refused = delivery();
const refusal = await log.append([refused]).then(String, String);
await ending;
const [result] = await log.append([refused]);
await reached(2);
console.log(JSON.stringify({ refusal, result: result?.status, live: offsetsOf(events), said }));
await log.close();
