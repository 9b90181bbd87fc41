/** What the event log says to operators; a pino logger fits. */
export interface Logger {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

const ignore = (): void => {};

/** The default where no logger is given. */
export const silentLogger: Logger = { info: ignore, warn: ignore, error: ignore };
