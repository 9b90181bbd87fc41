/** Does what each line of its input asks, and answers with a line: for a test that takes the disk away. */
import { createInterface } from 'node:readline';
import { createCollector, delivery, idsOf, readAll } from '../../deliveries.ts';
import { openFromArguments } from './open.ts';

const said: string[] = [];
const say = (_: object, message: string): void => void said.push(message);
const log = await openFromArguments(process.argv.slice(2), { info: say, warn: say, error: say });
const { events: live, collect } = createCollector();
await log.subscribe('orders', collect);

async function answer(request: { append?: string; bytes?: number; said?: true }): Promise<unknown> {
  if (request.said) return said;
  const { append: id, bytes = 0 } = request;
  if (id === undefined) return { ids: idsOf(await readAll(log)), live: idsOf(live) };
  try {
    const [result] = await log.append([delivery({ id, dataJson: JSON.stringify('x'.repeat(bytes)) })]);
    return result?.status;
  } catch (error) {
    return String(error);
  }
}

for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
await log.close();
