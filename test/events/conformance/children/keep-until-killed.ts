/** Adds numbered records, several at a time, replaces each, and prints the key of each that was acknowledged. */
import { record } from '../../records.ts';
import { openFromArguments } from './open.ts';

const { records } = await openFromArguments(process.argv.slice(2));

async function keepForever(): Promise<never> {
  for (;;) {
    const added = record();
    await records.add(added);
    await records.replace({ ...added, json: '"replaced"' }, added.json);
    process.stdout.write(`${added.key}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, keepForever));
