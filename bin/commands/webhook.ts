import { readFile } from 'node:fs/promises';
import { sample } from 'openapi-sampler';
import { readConfig, subgraphEnvironment } from '../../gateway/config.ts';
import { isTaken, sendWebhooks, type WebhookSent } from '../../gateway/webhooks/send-webhooks.ts';
import { UsageError, type CommandInput } from '../command.ts';
import { createTerminal, harmless, type Terminal } from '../terminal.ts';
import { urlOption } from '../url-option.ts';

/** Sends deliveries of an event to a running gateway. @returns 1 when one of them did not become an event */
export async function webhook(input: CommandInput): Promise<number> {
  const { positionals, values } = input;
  const [action, source = '', event = ''] = positionals;
  if (action !== 'send') throw new UsageError('it takes send <source> <event>');
  const [times, url] = [timesOf(values['times']), urlOption(input, 'url')];
  const file = values['data'];
  const data = typeof file === 'string' ? await readData(file) : undefined;
  const terminal = createTerminal();
  let answered = 0;
  terminal.progress(`Reading ${source}`);
  const sending = sendWebhooks({
    config: readConfig(),
    env: subgraphEnvironment(),
    source,
    event,
    sampleOf: (schema) => sample(schema, { quiet: true, enablePatterns: true }, schema),
    data,
    times,
    url,
    onAnswer: (answer) => {
      answered += 1;
      printAnswer(answer, terminal);
      if (answered < times) terminal.progress(`${answered} of ${times}`);
    },
    onProblem: (problem) => {
      const advice = 'send one of your own with --data';
      terminal.print(
        `${terminal.styled('yellow', 'warning')}: the sample does not fit the schema (${problem}): ${advice}`,
      );
    },
  });
  return (await sending.finally(terminal.done)) ? 0 : 1;
}

const timesMax = 100_000;

/** @throws UsageError */
function timesOf(text: unknown = '1'): number {
  const times = Number(text);
  if (Number.isInteger(times) && times >= 1 && times <= timesMax) return times;
  throw new UsageError(`--times takes a number from 1 to ${timesMax}`);
}

/** @throws Error that names the file */
async function readData(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Error(`the file of --data can not be read: ${file} (${code})`, { cause: error });
  }
}

function printAnswer(answer: WebhookSent, { print, styled }: Terminal) {
  const { id, status, isDuplicate, isQuarantined, text, durationMs } = answer;
  const notes = [
    `${durationMs.toFixed(0)} ms`,
    `id ${id}`,
    ...(isDuplicate ? ['duplicate'] : []),
    ...(isQuarantined ? ['no event, kept in quarantine: "sluice dead-letters list" says why'] : []),
  ];
  const said = text === '' ? '' : `\n  ${harmless(text)}`;
  print(`${styled(isTaken(answer) ? 'green' : 'red', String(status))} ${notes.join(', ')}${said}`);
}
