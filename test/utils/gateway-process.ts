import { once } from 'node:events';
import type { ExecutionResult } from 'graphql';
import { startProgram, textOf, type Environment, type RunningProgram } from './child-process.ts';

/** A gateway that runs as an operator runs it: `sluice serve`. */
export interface GatewayProcess extends RunningProgram {
  readonly url: string;
  /** POSTs an operation to `/graphql`. */
  query<Data = Record<string, unknown>>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult<Data>>;
}

export interface GatewayProcessOptions {
  /** Variables of the gateway and of its subgraph folders. */
  readonly env: Environment;
  readonly eventsUrl: string;
  /** @default 0: a free one */
  readonly port?: number;
  /** More arguments of `sluice serve`. @default none */
  readonly args?: readonly string[];
}

/** Starts `sluice serve` and waits until it is ready. @throws Error with its output when it ends before that */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const { env, eventsUrl, port = 0, args = [] } = options;
  const program = startProgram({
    args: ['bin/sluice.ts', 'serve', ...args],
    env: { LOG_LEVEL: 'warn', ...env, EVENTS_URL: eventsUrl, PORT: String(port) },
    channel: true,
  });
  const failed = program.exited.then(({ code }) => {
    throw new Error(`The gateway ended with code ${code} before it was ready:\n${textOf(program.output)}`);
  });
  const [message] = await Promise.race([once(program.child, 'message'), failed]);
  // From now on its end is its owner's business.
  failed.catch(() => {});
  const { ready: url } = message as { ready: string };

  async function query(document: string, variables: Readonly<Record<string, unknown>> = {}) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables }),
    });
    return (await response.json()) as ExecutionResult<never>;
  }

  return { ...program, url, query };
}

/** A gateway ends with code 0, or a test fails. */
export async function stopWell(gateway: GatewayProcess): Promise<void> {
  const { code } = await gateway.stop();
  if (code !== 0) throw new Error(`The gateway ended with code ${code}:\n${gateway.output.stderr}`);
}
