import { parseArgs } from 'node:util';

/** A flag of a command, as `parseArgs` takes it, with what `--help` says of it. */
export interface CommandOption {
  type: 'boolean' | 'string';
  /** What stands for the value of a string: `<url>`. */
  value?: string;
  description: string;
}

/** What a command was called with. */
export interface CommandInput {
  positionals: readonly string[];
  values: Readonly<Record<string, string | boolean | undefined>>;
}

/** One command of `sluice`; `--help` and docs/commands.md are made of it. */
export interface Command {
  /** After the name: `<name> <file-or-url>`. */
  arguments: string;
  /** How many arguments it takes. */
  takes: readonly [min: number, max: number];
  summary: string;
  /** What else people should know, in sentences. */
  details: string;
  options: Readonly<Record<string, CommandOption>>;
  /** Loads what it needs when it is asked for, so that help and mistakes are answered at once. @returns the exit code */
  run(input: CommandInput): Promise<number>;
}

/** It was not called as its usage says. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `sluice add <name> <file-or-url> [options]` */
export function usageOf(name: string, { arguments: taken, options }: Command): string {
  const parts = ['sluice', name, taken, Object.keys(options).length > 0 ? '[options]' : ''];
  return parts.filter((part) => part !== '').join(' ');
}

/** What `sluice <command> --help` prints. */
export function helpOf(name: string, command: Command): string {
  const rows = Object.entries(command.options).map(([option, { value, description }]) => [
    `--${option}${value === undefined ? '' : ` ${value}`}`,
    description,
  ]);
  rows.push(['--help', 'Print this.']);
  const width = Math.max(...rows.map(([flag = '']) => flag.length)) + 2;
  const lines = rows.map(([flag = '', description = '']) => `  ${flag.padEnd(width)}${description}`);
  return `Usage: ${usageOf(name, command)}

${command.summary}
${command.details === '' ? '' : `\n${command.details}\n`}
Options:
${lines.join('\n')}
`;
}

/**
 * Reads what stands behind the name of a command.
 * @throws UsageError for a flag that it does not have, or too few or too many arguments
 */
export function readInput(
  { options, takes, arguments: taken }: Command,
  args: readonly string[],
): CommandInput {
  const known = Object.entries(options).map(([name, { type }]) => [name, { type }] as const);
  const { values, positionals } = parse(args, Object.fromEntries(known));
  const [min, max] = takes;
  if (values['help'] !== true && (positionals.length < min || positionals.length > max)) {
    throw new UsageError(taken === '' ? 'it takes no arguments' : `it takes ${taken}`);
  }
  return { values, positionals };
}

function parse(args: readonly string[], options: Readonly<Record<string, { type: 'boolean' | 'string' }>>) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    // Its second sentence explains how an argument could begin with a dash.
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}
