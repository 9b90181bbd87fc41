import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../pace.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Contender } from './contenders.ts';
import { firstNumber } from './order.ts';
import { createPublisher } from './publisher.ts';
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
  /** How many events keep its server busy, on their way at a time. */
  eventsAtATime: number;
  /** The last message of one of them, as it came. */
  lastMessage: () => Buffer;
  close: () => Promise<void>;
}

/** Most events on their way at a time. Yoga's pub/sub fails when a subscriber is 1,024 behind. */
export const eventsMax = 16;
/** Most messages on their way at a time, unless a single event is more. */
export const messagesMax = 16_000;

/** How many events are published at most until the last of the subscribers hears one. */
const triesMax = 200;

/**
 * Connects subscribers, and waits until all of them hear what is published.
 * @param extensions see {@link Contender.delivery}
 */
export async function gatherAudience(runner: Runner, count: number, extensions: string): Promise<Audience> {
  const { contender, server, nextNumber } = runner;
  const { url } = server;
  const subscribers = await connectSubscribers({ url, count });
  const publisher = createPublisher({ contender, url, connections: eventsMax, extensions });
  const eventsAtATime = Math.min(eventsMax, Math.max(1, Math.floor(messagesMax / count)));
  const close = async () => {
    await subscribers.close();
    await publisher.close();
  };
  const operate: Operation = async () => {
    const number = nextNumber();
    const [delivered] = await Promise.all([subscribers.expect(number), publisher.publish(number)]);
    return delivered;
  };
  try {
    for (let tries = 0; subscribers.silent() > 0; tries++) {
      if (tries === triesMax) throw new Error(`${contender.name}: ${subscribers.silent()} hear nothing`);
      await publisher.publish(nextNumber());
      await sleep(50);
    }
    await operate();
  } catch (error) {
    await close();
    throw error;
  }
  return { operate, eventsAtATime, lastMessage: subscribers.lastMessage, close };
}
