import { createAdminClient } from '../../gateway/admin/admin-client.ts';
import {
  createDeadLettersClient,
  type DeadLettersClient,
  type LetterChoice,
} from '../../gateway/admin/dead-letters-client.ts';
import { localUrl, readConfig } from '../../gateway/config.ts';
import type { DeadLetter } from '../../webhooks/dead-letters/dead-letter.ts';
import { UsageError, type CommandInput } from '../command.ts';
import { columns, counted, createTerminal, harmless, type Terminal } from '../terminal.ts';
import { urlOption } from '../url-option.ts';

type Action = (client: DeadLettersClient, input: CommandInput, terminal: Terminal) => Promise<number>;

const actions: Readonly<Record<string, Action>> = { list, show, redrive, discard };

/** Asks a gateway that runs for its dead letters, or has it do something with them. */
export async function deadLetters(input: CommandInput): Promise<number> {
  const [name = '', ...ids] = input.positionals;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new UsageError(`there is no "${name}"; it takes ${Object.keys(actions).join(', ')}`);
  const { host, port, adminKey } = readConfig();
  // Not PUBLIC_URL: what senders reach is nothing for /admin.
  const url = urlOption(input, 'url') ?? localUrl(host, port);
  if (adminKey === '') throw new Error('ADMIN_KEY must be set, to what the gateway was started with');
  const client = createDeadLettersClient(createAdminClient({ url, adminKey }));
  return action(client, { ...input, positionals: ids }, createTerminal());
}

async function list(client: DeadLettersClient, { values, positionals }: CommandInput, { print }: Terminal) {
  if (positionals.length > 0) throw new UsageError('list takes no ids');
  const limit = limitOf(values['limit']);
  const { total, letters, isMore } = await client.list(choiceOf(values), limit);
  if (values['json'] === true) {
    print(JSON.stringify({ total, deadLetters: letters, isMore }, null, 2));
    return 0;
  }
  const rows = letters.map(({ id, source, event, deliveryId, reason, receivedAt, times }) =>
    [id, receivedAt, source, event ?? '', reason.code, `${times}`, deliveryId ?? ''].map(harmless),
  );
  const head = ['id', 'received', 'source', 'event', 'code', 'times', 'delivery id'];
  for (const line of rows.length > 0 ? columns([head, ...rows]) : []) print(line);
  print(`${counted(letters.length, 'dead letter')} of ${total}${isMore ? '; more with --limit' : ''}`);
  return 0;
}

const listLimitDefault = '100';

function limitOf(text: string | boolean | undefined = listLimitDefault): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new UsageError('--limit takes a number above 0');
}

async function show(client: DeadLettersClient, { values, positionals }: CommandInput, { print }: Terminal) {
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw new UsageError('show takes one id');
  const letter = await client.read(id);
  if (values['json'] === true) print(JSON.stringify(letter, null, 2));
  else for (const line of linesOf(letter)) print(harmless(line));
  return 0;
}

function linesOf({ reason, headers, bodyBase64, ...letter }: DeadLetter): string[] {
  const { id, source, event, deliveryId, receivedAt, times, lastReceivedAt } = letter;
  const again = times > 1 ? `, ${times} times until ${lastReceivedAt}` : '';
  const redriven =
    letter.redrives > 0 ? [['redriven', `${letter.redrives}, last ${letter.lastRedriveAt}`]] : [];
  const rows = [
    ['id', id],
    ['source', `${source}${event === null ? '' : `/${event}`}`],
    ['delivery id', deliveryId ?? 'none that could be read'],
    ['received', `${receivedAt}${again}`],
    ...redriven,
    ['code', `${reason.code}: ${reason.detail ?? reason.title}`],
    ...(reason.errors ?? []).map(({ path, message }) => ['', `${path || 'the payload'} ${message}`]),
    ['body hash', letter.bodyHash],
  ];
  const named = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((text) => `  ${name}: ${text}`),
  );
  const body = Buffer.from(bodyBase64, 'base64').toString('utf8').split('\n');
  return [...columns(rows), 'headers', ...named, `body, ${counted(letter.bodyBytes, 'byte')}`, ...body];
}

const nothingFits = 'no dead letter fits';

async function redrive(client: DeadLettersClient, input: CommandInput, { print }: Terminal) {
  const results = await collected(client.redrive(whichOf(input)), (result) => {
    const reason = 'reason' in result && result.reason ? ` ${result.reason.code}` : '';
    if (input.values['json'] !== true) print(`${harmless(result.id)} ${result.outcome}${reason}`);
  });
  if (input.values['json'] === true) print(JSON.stringify({ redriven: results }, null, 2));
  else if (results.length === 0) print(nothingFits);
  return results.every(({ outcome }) => outcome === 'appended' || outcome === 'duplicate') ? 0 : 1;
}

async function discard(client: DeadLettersClient, input: CommandInput, { print }: Terminal) {
  const ids = await collected(client.discard(whichOf(input)), (id) => {
    if (input.values['json'] !== true) print(`${harmless(id)} discarded`);
  });
  if (input.values['json'] === true) print(JSON.stringify({ discarded: ids }, null, 2));
  else if (ids.length === 0 && input.positionals.length === 0) print(nothingFits);
  const missing = input.positionals.filter((id) => !ids.includes(id));
  for (const id of missing) process.stderr.write(`sluice: there is no dead letter ${harmless(id)}\n`);
  return missing.length === 0 ? 0 : 1;
}

async function collected<Value>(values: AsyncIterable<Value>, onEach: (value: Value) => void) {
  const all: Value[] = [];
  for await (const value of values) {
    onEach(value);
    all.push(value);
  }
  return all;
}

/** Ids, or what chooses letters: one of the two, and never neither. */
function whichOf({ values, positionals }: CommandInput): readonly string[] | LetterChoice {
  const choice = { ...choiceOf(values), ...(values['all'] === true && { all: 'true' }) };
  const isChosen = Object.keys(choice).length > 0;
  if (isChosen === positionals.length > 0)
    throw new UsageError('name ids, or choose by options (--all for all)');
  return isChosen ? choice : positionals;
}

const choosing = ['source', 'event', 'code', 'from', 'until'];

function choiceOf(values: CommandInput['values']): LetterChoice {
  const given = choosing.flatMap((name) => {
    const value = values[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}
