import { Pool } from 'undici';
import type { SubgraphContext } from '../subgraph-context.ts';
import { readAnswer, type AnswerShape } from './rest-answer.ts';
import type { RestRequest } from './rest-call.ts';
import { restError, statusError, type RestCallName } from './rest-error.ts';

export interface RestClientOptions {
  /** Base URL of the service; its path is put before the path of every call. */
  endpoint: string;
  headers: { forward: readonly string[]; set: Readonly<Record<string, string>> };
  /** Longest time from the call to the end of its answer, waiting for a connection included, in milliseconds. */
  timeoutMs: number;
  /** Most bytes of one answer. @default 32 MiB */
  responseBytesMax?: number;
  /** Most connections to the service. @default 64 */
  connectionsMax?: number;
}

/** Calls one REST service over a pool of connections of its own. */
export interface RestClient {
  /**
   * Sends a request and reads the answer as rest-answer.ts describes.
   * @param shape what the answer has to be
   * @throws GraphQLError with a code of rest-error.ts; redirects are not followed
   */
  send(
    request: RestRequest,
    call: RestCallName,
    context: SubgraphContext,
    shape: AnswerShape,
  ): Promise<unknown>;
  close(): Promise<void>;
}

export function createRestClient(options: RestClientOptions): RestClient {
  const { headers, timeoutMs, responseBytesMax = 32 * 1024 * 1024, connectionsMax = 64 } = options;
  const endpoint = new URL(options.endpoint);
  const basePath = endpoint.pathname.replace(/\/+$/, '');
  const pool = new Pool(endpoint.origin, {
    connections: connectionsMax,
    // One deadline holds for all of a call; undici's own start again with every part of an answer.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: timeoutMs },
    maxResponseSize: responseBytesMax,
  });

  return {
    async send(request, call, context, shape) {
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(new DeadlineError()), timeoutMs);
      const signal = context.signal ? AbortSignal.any([context.signal, deadline.signal]) : deadline.signal;
      try {
        const response = await dispatch(request, context, signal);
        if (response.statusCode >= 200 && response.statusCode <= 299) {
          return await readAnswer(response, call, shape);
        }
        await response.body.dump().catch(() => undefined);
        throw statusError(call, response.statusCode);
      } catch (error) {
        throw toRestError(error, call);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => pool.destroy(),
  };

  function dispatch(request: RestRequest, context: SubgraphContext, signal: AbortSignal) {
    const forwarded: Record<string, string> = {};
    for (const name of headers.forward) {
      const value = context.headers[name];
      if (value !== undefined) forwarded[name] = value;
    }
    return pool.request({
      method: request.method,
      path: `${basePath}${request.path}`,
      headers: { ...forwarded, ...request.headers, ...headers.set },
      body: request.body,
      signal,
    });
  }
}

/** The time for a call is over. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

function toRestError(error: unknown, call: RestCallName): unknown {
  const { name, code = '' } = error as { name?: string; code?: string };
  if (name === 'GraphQLError' || name === 'AbortError') return error;
  if (error instanceof DeadlineError || code === 'UND_ERR_CONNECT_TIMEOUT')
    return restError(call, 'UPSTREAM_TIMEOUT', 'the service did not answer in time');
  if (code === 'UND_ERR_INVALID_ARG') return restError(call, 'BAD_USER_INPUT', 'the call can not be sent');
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return restError(call, 'UPSTREAM_ERROR', 'the answer of the service is too large');
  }
  return restError(call, 'UPSTREAM_UNAVAILABLE', 'the service can not be reached');
}
