import { openEventLog } from '../../events/open.ts';
import { serveLoads } from './contender.ts';
import { source } from './events.ts';

/** The event log that a URL names. */
const log = await openEventLog({ url: process.argv[2] ?? '' });
await serveLoads({
  append: (delivery) => log.append([delivery]),
  listen: (onIds) => log.subscribe(source, (events) => onIds(events.map(({ id }) => id))),
});
