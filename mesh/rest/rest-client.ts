import { Pool, type Dispatcher } from 'undici';
import type { SubgraphContext } from '../subgraph-context.ts';
import { restError, statusError, type RestCallName } from './rest-error.ts';
import type { RestRequest } from './rest-call.ts';

export interface RestClientOptions {
  /** Base URL of the service; its path is put before the path of every call. */
  endpoint: string;
  headers: { forward: readonly string[]; set: Readonly<Record<string, string>> };
  /** Longest wait for connecting, for headers and between parts of a body, in milliseconds. */
  timeoutMs: number;
  /** Most bytes of one answer. @default 32 MiB */
  responseBytesMax?: number;
  /** Most connections to the service. @default 64 */
  connectionsMax?: number;
}

/** Calls one REST service over a pool of connections of its own. */
export interface RestClient {
  /**
   * Sends a request and reads the answer: JSON parsed, text as it is, anything else as base64, no content as null.
   * @throws GraphQLError with a code of rest-error.ts; redirects are not followed
   */
  send(request: RestRequest, call: RestCallName, context: SubgraphContext): Promise<unknown>;
  close(): Promise<void>;
}

export function createRestClient(options: RestClientOptions): RestClient {
  const { headers, timeoutMs, responseBytesMax = 32 * 1024 * 1024, connectionsMax = 64 } = options;
  const endpoint = new URL(options.endpoint);
  const basePath = endpoint.pathname.replace(/\/+$/, '');
  const pool = new Pool(endpoint.origin, {
    connections: connectionsMax,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
    maxResponseSize: responseBytesMax,
  });

  return {
    async send(request, call, context) {
      const response = await dispatch(request, call, context);
      if (response.statusCode < 200 || response.statusCode > 299) {
        await response.body.dump().catch(() => undefined);
        throw statusError(call, response.statusCode);
      }
      try {
        return await readBody(response, call);
      } catch (error) {
        throw toRestError(error, call);
      }
    },
    close: () => pool.destroy(),
  };

  async function dispatch(request: RestRequest, call: RestCallName, context: SubgraphContext) {
    const forwarded: Record<string, string> = {};
    for (const name of headers.forward) {
      const value = context.headers[name];
      if (value !== undefined) forwarded[name] = value;
    }
    try {
      return await pool.request({
        method: request.method,
        path: `${basePath}${request.path}`,
        headers: { ...forwarded, ...request.headers, ...headers.set },
        body: request.body,
        signal: context.signal ?? null,
      });
    } catch (error) {
      throw toRestError(error, call);
    }
  }
}

async function readBody(response: Dispatcher.ResponseData, call: RestCallName): Promise<unknown> {
  const contentType = String(response.headers['content-type'] ?? '');
  if (/^application\/(.+\+)?json\b/i.test(contentType)) {
    const text = await response.body.text();
    if (text.trim() === '') return null;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw restError(call, 'UPSTREAM_ERROR', 'the service answered with JSON that can not be parsed');
    }
  }
  if (/^text\//i.test(contentType)) return response.body.text();
  const bytes = Buffer.from(await response.body.arrayBuffer());
  return bytes.length === 0 ? null : bytes.toString('base64');
}

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);

function toRestError(error: unknown, call: RestCallName): unknown {
  const { name, code = '' } = error as { name?: string; code?: string };
  if (name === 'GraphQLError' || name === 'AbortError') return error;
  if (timeoutCodes.has(code))
    return restError(call, 'UPSTREAM_TIMEOUT', 'the service did not answer in time');
  if (code === 'UND_ERR_INVALID_ARG') return restError(call, 'BAD_USER_INPUT', 'the call can not be sent');
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return restError(call, 'UPSTREAM_ERROR', 'the answer of the service is too large');
  }
  return restError(call, 'UPSTREAM_UNAVAILABLE', 'the service can not be reached');
}
