import { spawn } from 'node:child_process';

/** Runs a script of children/ on a store's `childArgs`, its output for the caller to read. */
export function startChild(name: string, args: readonly string[]) {
  const script = new URL(`children/${name}.ts`, import.meta.url).pathname;
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
