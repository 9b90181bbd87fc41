import { once } from 'node:events';
import { createAdminClient } from '../../gateway/admin/admin-client.ts';
import { createEventsClient } from '../../gateway/admin/events-client.ts';
import { exportEvents } from '../../gateway/admin/export-events.ts';
import { tailEvents, type TailOptions } from '../../gateway/admin/tail-events.ts';
import { localUrl, readConfig } from '../../gateway/config.ts';
import { UsageError, type CommandInput } from '../command.ts';
import { counted, createTerminal, harmless } from '../terminal.ts';
import { urlOption } from '../url-option.ts';

const actions: Readonly<Record<string, (input: CommandInput) => Promise<number>>> = {
  tail,
  export: exportInto,
};

/** Reads the events of a gateway that runs. */
export async function events(input: CommandInput): Promise<number> {
  const [name = '', ...sources] = input.positionals;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new UsageError(`there is no "${name}"; it takes ${Object.keys(actions).join(', ')}`);
  return action({ ...input, positionals: sources });
}

/** @throws Error when ADMIN_KEY is not set */
function clientOf(input: CommandInput, signal?: AbortSignal) {
  const { host, port, adminKey } = readConfig();
  const url = urlOption(input, 'url') ?? localUrl(host, port);
  if (adminKey === '') throw new Error('ADMIN_KEY must be set, to what the gateway was started with');
  return createEventsClient(createAdminClient({ url, adminKey, ...(signal && { signal }) }));
}

async function tail(input: CommandInput): Promise<number> {
  if (input.values['out'] !== undefined) throw new UsageError('--out is for export');
  const sources = [...new Set(input.positionals)];
  const from = fromOf(input, sources);
  const stop = stopped();
  const { signal } = stop;
  const lines = tailEvents({
    client: clientOf(input, signal),
    sources,
    from,
    types: typesOf(input),
    signal,
    onAway: (reason) => {
      const text = reason === undefined ? 'the gateway is back' : `${reason}; trying again`;
      process.stderr.write(`sluice: ${harmless(text)}\n`);
    },
  });
  for await (const line of lines) {
    if (signal.aborted) break;
    // A reader that is slow holds it up, and is no reason to keep what it has not read yet.
    if (!process.stdout.write(`${line}\n`)) await drained(signal);
  }
  return 0;
}

/** Aborted by Ctrl-C, SIGTERM, and when nobody reads the output any more. */
function stopped(): AbortController {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once('SIGINT', abort);
  process.once('SIGTERM', abort);
  process.stdout.once('error', abort);
  return stop;
}

async function drained(signal: AbortSignal): Promise<void> {
  try {
    await once(process.stdout, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function fromOf({ values }: CommandInput, sources: readonly string[]): TailOptions['from'] {
  const { from } = values;
  if (typeof from !== 'string') return 'now';
  if (from === 'beginning') return from;
  if (sources.length !== 1) throw new UsageError('a cursor is of one source: name it');
  return { cursor: from };
}

async function exportInto(input: CommandInput): Promise<number> {
  const { positionals, values } = input;
  const file = values['out'];
  if (typeof file !== 'string' || file === '') throw new UsageError('export takes --out <file>');
  if (values['from'] !== undefined) throw new UsageError('--from is for tail');
  if (positionals.length > 1) throw new UsageError('export takes one source, or none for all of them');
  const { print, progress, done } = createTerminal();
  const exporting = exportEvents({
    client: clientOf(input),
    source: positionals[0],
    types: typesOf(input),
    file,
    onProgress: (source, part, all) => progress(`${source} ${bar(part, all)}`),
  });
  const { events: count, isResumed } = await exporting.finally(done);
  print(`${counted(count, isResumed ? 'more event' : 'event')} in ${harmless(file)}`);
  return 0;
}

const barWidth = 24;

/** `[######      ] 50 %, 120 of 240` */
function bar(done: number, all: number): string {
  const share = all === 0 ? 1 : done / all;
  const filled = '#'.repeat(Math.round(share * barWidth)).padEnd(barWidth);
  return `[${filled}] ${Math.floor(share * 100)} %, ${done} of ${all}`;
}

/** Types are named in one option, with commas between them. */
function typesOf({ values }: CommandInput): readonly string[] {
  const { type } = values;
  return typeof type === 'string' ? type.split(',').filter((name) => name !== '') : [];
}
