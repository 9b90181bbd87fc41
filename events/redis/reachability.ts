import type { Logger } from '../logger.ts';

/** Says once that a Redis is gone, and once that it is there again. */
export interface Reachability {
  readonly lost: (error: Error) => void;
  readonly found: () => void;
}

/** @param connection what for, and where needed whereto */
export function watchReachability(connection: string, log: Logger): Reachability {
  let down = false;
  return {
    lost: ({ message }) => {
      if (!down) log.warn({ connection, reason: message }, 'Redis is not reachable; trying again');
      down = true;
    },
    found: () => {
      if (down) log.info({ connection }, 'Redis is reached again');
      down = false;
    },
  };
}
