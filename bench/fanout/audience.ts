import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Operation } from '../pace.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Contender } from './contenders.ts';
import { firstNumber } from './order.ts';
import { connectSubscribers } from './subscribers.ts';

/** A contender, and the process that it runs in. */
export interface Runner {
  contender: Contender;
  server: ServerProcess;
  /** A number that no event of this process has had. */
  nextNumber: () => number;
}

/** @param folder for what the contender writes */
export async function startRunner(contender: Contender, folder: string): Promise<Runner> {
  const server = await contender.start(folder);
  let number = firstNumber;
  return { contender, server, nextNumber: () => number++ };
}

/** Subscribers of a server who hear, and what publishes to them. */
export interface Audience {
  /** Publishes an event. Its server has answered, and all subscribers have it, when this is done. */
  operate: Operation;
  /** The last message of one of them, as it came. */
  lastMessage: () => Buffer;
  close: () => Promise<void>;
}

/** How many events are on their way at a time at most. Yoga's pub/sub fails when a subscriber is 1,024 behind. */
export const eventsAtATime = 16;

/** How many events are published at most until the last of the subscribers hears one. */
const triesMax = 200;

/**
 * Connects subscribers, and waits until all of them hear what is published.
 * @param extensions see {@link Contender.delivery}
 */
export async function gatherAudience(runner: Runner, count: number, extensions: string): Promise<Audience> {
  const { contender, server, nextNumber } = runner;
  const pool = new Pool(server.url, { connections: eventsAtATime });
  const publish = async (number: number) => {
    const { path, headers, body } = contender.delivery(number, extensions);
    const response = await pool.request({ method: 'POST', path, headers, body });
    const answer = await response.body.text();
    if (response.statusCode === 202) return;
    throw new Error(`${contender.name} answered ${response.statusCode}: ${answer.slice(0, 500)}`);
  };
  const subscribers = await connectSubscribers({ url: server.url, count });
  const close = async () => {
    await subscribers.close();
    await pool.close();
  };
  const operate: Operation = async () => {
    const number = nextNumber();
    const [delivered] = await Promise.all([subscribers.expect(number), publish(number)]);
    return delivered;
  };
  try {
    for (let tries = 0; subscribers.silent() > 0; tries++) {
      if (tries === triesMax) throw new Error(`${contender.name}: ${subscribers.silent()} hear nothing`);
      await publish(nextNumber());
      await sleep(50);
    }
    await operate();
  } catch (error) {
    await close();
    throw error;
  }
  return { operate, lastMessage: subscribers.lastMessage, close };
}
