import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real `redis-server` of the test's own. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Asks it to end, as an operator would, and waits until it has. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder, after `stop` or `kill`. */
  restart(): Promise<void>;
  /** Freezes it: connections stay open and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

export interface RedisServerOptions {
  /** Keeps every write on disk before it is answered. @default false: nothing survives a restart */
  readonly appendOnly?: boolean;
  /** More arguments of `redis-server`, for example `['--maxmemory', '1mb']`. */
  readonly args?: readonly string[];
  /** Lines of a configuration file that it may write to, as a Sentinel must. */
  readonly config?: readonly string[];
}

/** Starts a Redis on a free loopback port in a folder of its own, and waits until it answers. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { appendOnly = false, args = [], config } = options;
  const folder = await mkdtemp(join(tmpdir(), 'sluice-redis-'));
  const port = await freePort();
  const settings: string[] = [];
  if (config !== undefined) {
    settings.push(join(folder, 'redis.conf'));
    await writeFile(join(folder, 'redis.conf'), config.join('\n'));
  }
  settings.push('--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '');
  if (appendOnly) settings.push('--appendonly', 'yes', '--appendfsync', 'always');
  let server = await launch();

  async function launch(): Promise<ChildProcess> {
    const child = spawn('redis-server', [...settings, ...args], { stdio: 'ignore' });
    await answers(child, port);
    return child;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGCONT');
    server.kill(signal);
    await exited;
  }

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      server = await launch();
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    close: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(child: ChildProcess, port: number): Promise<void> {
  const failures: Error[] = [];
  child.once('error', (error) => failures.push(error));
  while (failures.length === 0 && child.exitCode === null) {
    if (await pong(port)) return;
  }
  throw new Error('redis-server did not start', { cause: failures[0] });
}

/** One PING on a connection of its own; false when it is refused or answered by anything but PONG. */
function pong(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (isUp: boolean): void => {
      socket.destroy();
      // A refused connection is tried again, after a breath.
      if (isUp) resolve(true);
      else setTimeout(resolve, 10, false);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => finish(data.toString().startsWith('+PONG')));
    socket.once('error', () => finish(false));
    socket.once('end', () => finish(false));
  });
}
