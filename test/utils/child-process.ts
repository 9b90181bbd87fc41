import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The checkout: programs are started from here, as its README says. */
export const checkout = fileURLToPath(new URL('../../', import.meta.url));

export type Environment = Readonly<Record<string, string>>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program of this repository, running on its own. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** Everything that it wrote so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Resolves when it has ended and all of its output was read. */
  readonly exited: Promise<Exit>;
  /** Asks it to end, and waits until it has. @throws Error when it has to be killed */
  stop(): Promise<Exit>;
  /** kill -9. */
  kill(): Promise<Exit>;
}

export interface ProgramOptions {
  /** @default the Node that runs the tests */
  readonly command?: string;
  /** For Node, the program's file first. */
  readonly args: readonly string[];
  /** Its whole environment, besides PATH, HOME and NODE_COMPILE_CACHE as they are here. */
  readonly env?: Environment;
  /** Opens an IPC channel, by which a gateway tells that it is ready. @default false */
  readonly channel?: boolean;
  /** How long `stop` waits. @default 10000 */
  readonly stopMsMax?: number;
}

const running = new Set<string>();

/** The programs that were started and have not ended, for a test that wants none. */
export function runningPrograms(): readonly string[] {
  return [...running];
}

/** Starts a program in the checkout. */
export function startProgram(options: ProgramOptions): RunningProgram {
  const { command = process.execPath, args, env = {}, channel = false, stopMsMax = 10_000 } = options;
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const child = spawn(command, args, {
    cwd: checkout,
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    stdio: channel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const name = `${args.join(' ')} (${child.pid})`;
  running.add(name);
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const exited = once(child, 'close').then(([code, signal]): Exit => {
    running.delete(name);
    return { code: code as Exit['code'], signal: signal as Exit['signal'] };
  });

  async function stop(): Promise<Exit> {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    const exit = await exited;
    clearTimeout(timer);
    if (exit.signal === 'SIGKILL') throw new Error(`${name} did not end on SIGTERM:\n${textOf(output)}`);
    return exit;
  }

  async function kill(): Promise<Exit> {
    child.kill('SIGKILL');
    return exited;
  }

  return { child, output, exited, stop, kill };
}

/** Runs a program to its end. */
export async function runProgram(options: ProgramOptions) {
  const { exited, output } = startProgram(options);
  const exit = await exited;
  return { ...exit, ...output };
}

export function textOf({ stdout, stderr }: RunningProgram['output']): string {
  return `${stdout}${stderr}`;
}
