import type { Logger } from '../../events/logger.ts';

/** `@apollo/gateway` logs plain messages at four levels; ours begins at info. */
export function apolloLogger(logger: Logger) {
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (message?: unknown) => logger.warn({ from: '@apollo/gateway' }, String(message)),
    error: (message?: unknown) => logger.error({ from: '@apollo/gateway' }, String(message)),
  };
}
