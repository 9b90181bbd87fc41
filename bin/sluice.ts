#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { check } from './commands/check.ts';
import { compose } from './commands/compose.ts';
import { serve } from './commands/serve.ts';

/** A command gets its positional arguments and returns the exit code. */
interface Command {
  usage: string;
  summary: string;
  run(names: readonly string[]): Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  serve: { usage: 'serve', summary: 'Start the gateway.', run: serve },
  check: {
    usage: 'check [name ...]',
    summary: 'Compile and compose the subgraph folders and report.',
    run: check,
  },
  compose: { usage: 'compose', summary: 'Print the supergraph SDL.', run: compose },
};

const help = `sluice: one GraphQL endpoint with live subscriptions over REST services

Usage: sluice <command>

Commands:
${Object.values(commands)
  .map(({ usage, summary }) => `  ${usage.padEnd(20)}${summary}`)
  .join('\n')}

Configuration comes from the environment: see docs/configuration.md.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  const [name, ...names] = positionals;
  if (values.help || name === 'help') {
    process.stdout.write(help);
    return 0;
  }
  const command = name === undefined ? undefined : commands[name];
  if (!command) {
    process.stderr.write(name === undefined ? help : `sluice: there is no command "${name}"\n\n${help}`);
    return 1;
  }
  return command.run(names);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`sluice: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
