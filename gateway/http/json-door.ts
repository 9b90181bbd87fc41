import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { GraphQLError, type ExecutionResult } from 'graphql';
import type { Logger } from '../../events/logger.ts';
import { clientError } from '../errors.ts';
import { readParameters, type RequestParameters } from '../operations/request-parameters.ts';
import type { Requests } from '../operations/requests.ts';
import { ClientContext } from './client-context.ts';
import { compress, contentCoding } from './content-encoding.ts';
import { isPlainJson, preferredMediaType, type ResultMediaType } from './media-type.ts';
import type { OriginCheck } from './origins.ts';
import { readBody } from './request-body.ts';
import { responseBody } from './response-body.ts';
import { retryAfterSeconds, statusOf } from './response-status.ts';

export interface JsonDoorOptions {
  requests: Requests;
  isAllowedOrigin: OriginCheck;
  logger: Logger;
  /** Largest request body, in bytes. */
  bodyBytesMax: number;
  /** Takes every other request; one that is a subscription has its parsed `body` already. */
  next: RequestListener;
}

/** A request, on its way to its answer. */
interface Exchange {
  request: IncomingMessage & { body?: unknown };
  response: ServerResponse;
  mediaType: ResultMediaType;
}

/**
 * The common request, from `node:http` to the pipeline and back: a POST to `/graphql` of plain JSON by somebody who takes
 * JSON. Everything else costs several times as much and has a door of its own.
 */
export function createJsonDoor(options: JsonDoorOptions): RequestListener {
  const { isAllowedOrigin, bodyBytesMax, next } = options;
  return (request, response) => {
    const mediaType = mediaTypeOfAnswer(request);
    if (mediaType === undefined || !isAllowedOrigin(request)) {
      next(request, response);
      return;
    }
    const exchange = { request, response, mediaType };
    readBody(request, bodyBytesMax, (text) => {
      answer(exchange, text, options).catch((error: unknown) => {
        options.logger.error({ err: error }, 'A request failed unexpectedly');
        const failed = clientError('INTERNAL_SERVER_ERROR', 'The operation failed');
        if (!response.headersSent) write(exchange, 500, {}, responseBody({ errors: [failed] }));
      });
    });
  };
}

function mediaTypeOfAnswer({ method, url, headers }: IncomingMessage): ResultMediaType | undefined {
  if (method !== 'POST' || (url !== '/graphql' && !url?.startsWith('/graphql?'))) return undefined;
  if (!isPlainJson(headers['content-type'], headers['content-encoding'])) return undefined;
  return preferredMediaType(headers.accept);
}

async function answer(
  exchange: Exchange,
  text: string | undefined,
  { requests, next }: JsonDoorOptions,
): Promise<void> {
  const { request, response, mediaType } = exchange;
  if (text === undefined) {
    const tooLarge = clientError('BAD_REQUEST', 'The request body is too large');
    return send(exchange, 413, { errors: [tooLarge] });
  }
  const body = parseJson(text);
  const parameters = body instanceof GraphQLError ? body : readParameters(body);
  const context = new ClientContext(request, response);
  const ready =
    parameters instanceof GraphQLError ? { errors: [parameters] } : requests.prepare(parameters, context);
  const prepared = ready instanceof Promise ? await ready : ready;
  if ('errors' in prepared) return send(exchange, statusOf(prepared, mediaType), prepared);
  const { operation } = prepared;
  if (operation.kind === 'subscription') {
    request.body = body;
    next(request, response);
    return;
  }
  const { variables } = parameters as RequestParameters;
  const result = await operation.execute({ variables, context });
  return send(exchange, statusOf(result, mediaType), result);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return clientError('BAD_REQUEST', 'The request body is not valid JSON');
  }
}

async function send(exchange: Exchange, status: number, result: ExecutionResult): Promise<void> {
  const body = responseBody(result);
  const coding = contentCoding(exchange.request.headers['accept-encoding'], body.length);
  if (!coding) {
    write(exchange, status, { 'content-length': body.length }, body);
    return;
  }
  const compressed = await compress(body, coding);
  const headers = { 'content-encoding': coding, 'content-length': compressed.length };
  write(exchange, status, headers, compressed);
}

function write(
  { request, response, mediaType }: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Buffer,
): void {
  const { origin } = request.headers;
  response.writeHead(status, {
    'content-type': `${mediaType}; charset=utf-8`,
    vary: 'accept, origin, accept-encoding',
    ...(origin !== undefined && { 'access-control-allow-origin': origin }),
    ...(status === 503 && { 'retry-after': String(retryAfterSeconds) }),
    ...headers,
  });
  response.end(body);
}
