import { Pool } from 'undici';
import type { Contender } from './contenders.ts';

export interface PublisherOptions {
  contender: Contender;
  /** Base URL of its server. */
  url: string;
  /** How many events are published at a time. */
  connections: number;
  /** See {@link Contender.delivery}. */
  extensions: string;
}

/** Publishes events to one server. */
export interface Publisher {
  /** @throws Error when the server does not take the event */
  publish: (number: number) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Servers close connections that idle for 5 seconds. One that is busy with its subscribers may do so though the next
 * request has come already, so connections are given up long before.
 */
const idleMsMax = 1_000;

export function createPublisher({ contender, url, connections, extensions }: PublisherOptions): Publisher {
  const pool = new Pool(url, { connections, keepAliveMaxTimeout: idleMsMax });
  return {
    async publish(number) {
      const { path, headers, body } = contender.delivery(number, extensions);
      const sending = pool.request({ method: 'POST', path, headers, body });
      const response = await sending.catch((cause: unknown) => {
        throw new Error(`${contender.name} did not answer event ${number}`, { cause });
      });
      const answer = await response.body.text();
      if (response.statusCode === 202) return;
      throw new Error(`${contender.name} answered ${response.statusCode}: ${answer.slice(0, 500)}`);
    },
    close: () => pool.close(),
  };
}
