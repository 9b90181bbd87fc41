#!/usr/bin/env node
import { parseArgs } from 'node:util';

/** A command gets its positional arguments and returns the exit code. */
interface Command {
  usage: string;
  summary: string;
  /** Loads what it needs when it is asked for, so that help and mistakes are answered at once. */
  run: (names: readonly string[]) => Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  serve: {
    usage: 'serve',
    summary: 'Start the gateway.',
    run: async () => (await import('./commands/serve.ts')).serve(),
  },
  check: {
    usage: 'check [name ...]',
    summary: 'Compile and compose the subgraph folders and report.',
    run: async (names) => (await import('./commands/check.ts')).check(names),
  },
  compose: {
    usage: 'compose',
    summary: 'Print the supergraph SDL.',
    run: async () => (await import('./commands/compose.ts')).compose(),
  },
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
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
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
