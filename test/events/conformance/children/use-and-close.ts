/** Uses everything a log has, closes it, and must then end by itself. */
import { followEvents } from '../../../../events/follow.ts';
import { delivery } from '../../deliveries.ts';
import { record } from '../../records.ts';
import { openFromArguments } from './open.ts';

const log = await openFromArguments(process.argv.slice(2));
const batches = followEvents({ log, source: 'orders', after: null });
const next = batches.next();
await log.subscribe('orders', () => {});
await log.append([delivery()]);
await log.appendAll([delivery()]);
await log.find('orders', 'unknown');
await log.read('orders', null, 10);
await log.records.add(record());
await log.records.list('letters', null, 10);
await log.status();
await log.close();
// A follower that nobody ended does not keep the process either.
void next;
process.stdout.write('closed\n');
