/** Closes a log whose store is down, and prints the milliseconds until the process has nothing left to do. */
import { openFromArguments } from './open.ts';

const log = await openFromArguments(process.argv.slice(2));
await log.status();
await log.close();
const closed = performance.now();
process.once('exit', () => console.log(Math.round(performance.now() - closed)));
