#!/usr/bin/env node
import { helpOf, readInput, usageOf, UsageError } from './command.ts';
import { commands, help } from './commands.ts';

/** Exit code when it was not called as its usage says; 1 is for what a command finds wrong. */
const usageExitCode = 2;

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help);
    return 0;
  }
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || name === undefined) {
    process.stderr.write(name === undefined ? help : `sluice: there is no command "${name}"\n\n${help}`);
    return usageExitCode;
  }
  try {
    const input = readInput(command, rest);
    if (input.values['help'] !== true) return await command.run(input);
    process.stdout.write(helpOf(name, command));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`sluice ${name}: ${error.message}\nUsage: ${usageOf(name, command)}\n`);
    return usageExitCode;
  }
}

// Whoever reads the output may stop early, as `head` does: the exit code is the same then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`sluice: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
