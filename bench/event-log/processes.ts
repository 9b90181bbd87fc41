import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Heard, Load, Loaded } from './load.ts';

/** A process that appends and listens. */
export interface LogProcess {
  name: string;
  load: (load: Omit<Load, 'load'>) => Promise<Loaded>;
  stop: () => Promise<void>;
}

/** Another process that only listens. */
export interface Listener {
  hear: () => Promise<Heard>;
  stop: () => Promise<void>;
}

/** @param file of this folder @param url of the event log */
export async function startLogProcess(name: string, file: string, url: string): Promise<LogProcess> {
  const { ask, stop } = await start(file, url);
  let number = 0;
  return {
    name,
    load: (load) => ask({ ...load, load: ++number }, (answer) => answer['loaded'] === number),
    stop,
  };
}

export async function startListener(url: string): Promise<Listener> {
  const { ask, stop } = await start('listener-process.ts', url);
  let number = 0;
  return { hear: () => ask({ hear: ++number }, (answer) => answer['heard'] === number), stop };
}

type Answer = Record<string, unknown>;

async function start(file: string, url: string) {
  const child = fork(join(import.meta.dirname, file), [url], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const exited = once(child, 'exit');
  const ended = exited.then(() => Promise.reject(new Error(`${file} ended while it was measured`)));
  ended.catch(() => {});

  function answered<Result>(isIt: (answer: Answer) => boolean): Promise<Result> {
    const answer = new Promise<Result>((resolve) => {
      const listen = (message: Answer) => {
        if (!isIt(message)) return;
        child.off('message', listen);
        resolve(message as Result);
      };
      child.on('message', listen);
    });
    return Promise.race([answer, ended]);
  }

  await answered((message) => message['ready'] !== undefined);
  return {
    ask: <Result>(request: object, isIt: (answer: Answer) => boolean): Promise<Result> => {
      child.send(request);
      return answered(isIt);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
