/** Appends numbered events, several at a time, and prints the id of each that was acknowledged. */
import { delivery } from '../../deliveries.ts';
import { openFromArguments } from './open.ts';

const log = await openFromArguments(process.argv.slice(2));
let lastNumber = 0;

async function appendForever(): Promise<never> {
  for (;;) {
    lastNumber += 1;
    const id = `n${lastNumber}`;
    await log.append([delivery({ id })]);
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, appendForever));
