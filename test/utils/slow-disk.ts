import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Whether this system can make the disk of a program slow. */
export const canSlow =
  process.platform === 'linux' && spawnSync('strace', ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * Makes every sync of a running program take longer: strace holds it up on its way back from the kernel.
 * @returns a function that ends it
 */
export async function slowSyncs(pid: number, delayMs: number): Promise<() => Promise<void>> {
  const inject = `inject=fsync,fdatasync:delay_exit=${delayMs * 1000}`;
  const trace = ['-e', 'trace=fsync,fdatasync', '-e', inject, '-o', '/dev/null'];
  const strace = spawn('strace', ['-f', '-p', String(pid), ...trace], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // It says so when it is attached, or why it can't.
  const [text] = (await once(strace.stderr, 'data')) as [Buffer];
  if (!text.toString().includes('attached')) throw new Error(text.toString());
  strace.stderr.resume();
  return async () => {
    const ended = once(strace, 'exit');
    strace.kill('SIGINT');
    await ended;
  };
}
