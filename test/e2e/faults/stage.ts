import { freePort } from '../../utils/free-port.ts';
import { startGatewayProcess, stopWell, type GatewayProcess } from '../../utils/gateway-process.ts';
import { within } from '../../utils/until.ts';
import { makeCounterFolder } from './numbers.ts';
import { createProducer, type Producer } from './producer.ts';
import { startSubscriber, type Subscriber } from './subscriber.ts';

/** Where faults are played: gateways on one event log, a service that counts, and a subscriber at each gateway. */
export interface Stage {
  readonly producer: Producer;
  readonly subscribers: readonly Subscriber[];
  readonly gatewayUrls: readonly string[];
  /** Every subscriber was there before the numbers above this one. */
  readonly opened: number;
  /** The process of a gateway, as it runs now. */
  readonly gateway: (at: number) => GatewayProcess;
  /** Starts a gateway that has ended, at its address. */
  readonly restart: (at: number) => Promise<void>;
  /** Delivers numbers until every subscriber was told of a loss. */
  readonly untilTold: () => Promise<void>;
  /** Delivers a last number and waits until every subscriber has it. */
  readonly untilCurtain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface StageOptions {
  /** Of the event log; one for each gateway where they reach it by different ways. */
  readonly eventsUrls: readonly string[];
  /** How many subscribers there are: each begins at the next gateway. @default as many as gateways */
  readonly subscribers?: number;
  /** How many deliveries are under way at a time. @default 4 */
  readonly atATime?: number;
  /** More lines of the service's subgraph.yaml. @default none */
  readonly subgraphYaml?: string;
  /** More variables of each gateway. @default none */
  readonly env?: (at: number) => Readonly<Record<string, string>>;
}

/** How long a fault may keep an event from a subscriber. */
const curtainMsMax = 60_000;

/** Starts it, and waits until every subscriber has seen the first numbers. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const { eventsUrls, subgraphYaml, env, subscribers: count = eventsUrls.length } = options;
  const folder = await makeCounterFolder(subgraphYaml);
  const ports = await Promise.all(eventsUrls.map(freePort));
  const start = (at: number) =>
    startGatewayProcess({
      env: { SUBGRAPHS_DIR: folder.path, COMPILED_DIR: `${folder.path}/.compiled`, ...env?.(at) },
      eventsUrl: eventsUrls[at] as string,
      port: ports[at] as number,
    });
  const gateways = await Promise.all(eventsUrls.map((_, at) => start(at)));
  const gatewayUrls = gateways.map(({ url }) => url);
  const producer = createProducer({ gatewayUrls, atATime: options.atATime });
  const subscribers = Array.from({ length: count }, (_, index) => {
    const at = index % gatewayUrls.length;
    // Where its gateway fails, it goes on to the next.
    return startSubscriber([...gatewayUrls.slice(at), ...gatewayUrls.slice(0, at)]);
  });
  const opening = Promise.all(subscribers.map((subscriber) => subscriber.reached(() => true)));
  await within('subscribers see a first number', producer.during(opening));

  const opened = producer.last();

  async function untilTold(): Promise<void> {
    const all = subscribers.map((subscriber) => subscriber.reached(({ loss }) => loss !== null));
    await producer.during(within('every subscriber is told of a loss', Promise.all(all), curtainMsMax));
  }

  async function untilCurtain(): Promise<void> {
    await within('the last number is taken', producer.produce(1), curtainMsMax);
    const last = producer.acknowledged.at(-1);
    const all = subscribers.map((subscriber) => subscriber.reached(({ number }) => number === last));
    await within('every subscriber sees the last number', Promise.all(all), curtainMsMax);
  }

  async function close(): Promise<void> {
    for (const subscriber of subscribers) await subscriber.close();
    for (const gateway of gateways) if (gateway.child.exitCode === null) await stopWell(gateway);
    await folder.remove();
  }

  return {
    producer,
    subscribers,
    gatewayUrls,
    opened,
    gateway: (at) => gateways[at] as GatewayProcess,
    restart: async (at) => {
      gateways[at] = await start(at);
    },
    untilTold,
    untilCurtain,
    close,
  };
}
