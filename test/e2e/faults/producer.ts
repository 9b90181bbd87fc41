import { setTimeout as sleep } from 'node:timers/promises';
import { send, signedDelivery } from '../../utils/webhook-delivery.ts';
import { secret, source } from './numbers.ts';

/** A service that counts and tells of each number, until it was told that it is kept. */
export interface Producer {
  /** Numbers that were answered by 2xx, in the order of the answers. */
  readonly acknowledged: readonly number[];
  /** The newest number of which a delivery was begun. */
  readonly last: () => number;
  /** How many answers were no 2xx, and how many deliveries got none. */
  readonly refusals: () => number;
  /**
   * Delivers so many more numbers. Resolves when each was acknowledged.
   * @param through the gateways that are asked @default all
   */
  readonly produce: (count: number, through?: readonly string[]) => Promise<void>;
  /** Delivers more until the work is done, and resolves when what was begun is acknowledged. */
  readonly during: <Result>(work: Promise<Result>, through?: readonly string[]) => Promise<Result>;
}

export interface ProducerOptions {
  /** The gateways, in turn: after a failure the next is asked. */
  readonly gatewayUrls: readonly string[];
  /** Deliveries under way at a time. @default 4 */
  readonly atATime?: number | undefined;
}

/** How long it waits before it delivers a number again. */
const retryMs = 50;

/** How long it waits for an answer: senders give up too, and deliver again. */
const answerMsMax = 5_000;

export function createProducer({ gatewayUrls, atATime = 4 }: ProducerOptions): Producer {
  const acknowledged: number[] = [];
  let last = 0;
  let refusals = 0;

  async function deliverNext(through: readonly string[]): Promise<void> {
    last += 1;
    const number = last;
    for (let at = number; ; at++) {
      if (await isTaken(number, through[at % through.length] as string)) break;
      refusals += 1;
      await sleep(retryMs);
    }
    acknowledged.push(number);
  }

  async function keepDelivering(goesOn: () => boolean, through = gatewayUrls): Promise<void> {
    const worker = async () => {
      while (goesOn()) await deliverNext(through);
    };
    await Promise.all(Array.from({ length: atATime }, worker));
  }

  async function produce(count: number, through?: readonly string[]): Promise<void> {
    const end = last + count;
    await keepDelivering(() => last < end, through);
  }

  async function during<Result>(work: Promise<Result>, through?: readonly string[]): Promise<Result> {
    let isDone = false;
    const [result] = await Promise.all([
      work.finally(() => (isDone = true)),
      keepDelivering(() => !isDone, through),
    ]);
    return result;
  }

  return { acknowledged, last: () => last, refusals: () => refusals, produce, during };
}

async function isTaken(number: number, gatewayUrl: string): Promise<boolean> {
  const path = `${source}/numberReached`;
  const delivery = signedDelivery({
    gatewayUrl,
    source: path,
    secret,
    payload: { number },
    id: `n${number}`,
  });
  try {
    const response = await send(delivery, AbortSignal.timeout(answerMsMax));
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
