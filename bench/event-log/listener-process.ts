import { openEventLog } from '../../events/open.ts';
import { source } from './events.ts';
import type { Heard } from './load.ts';

/** Another node that listens, and does nothing else. */
const log = await openEventLog({ url: process.argv[2] ?? '' });
let events = 0;
let cpu = process.cpuUsage();
await log.subscribe(source, (heard) => void (events += heard.length));
process.on('message', ({ hear }: { hear?: number }) => {
  if (hear === undefined) return;
  const { user, system } = process.cpuUsage(cpu);
  const answer: Heard = { heard: hear, events, cpuMicroseconds: user + system };
  events = 0;
  cpu = process.cpuUsage();
  process.send?.(answer);
});
process.send?.({ ready: 'by message' });
