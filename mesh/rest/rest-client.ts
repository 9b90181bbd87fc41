import { Pool } from 'undici';
import type { SubgraphContext } from '../subgraph-context.ts';
import { outcomeOfCall, type ObserveRestCall } from './call-outcome.ts';
import { headerOf } from './answer-headers.ts';
import { createCallLimits, DeadlineError, within, type RunningCall } from './call-limits.ts';
import { TokenError } from './client-credentials.ts';
import { ContentCodingError, decodedBody, tooLargeCode } from './content-coding.ts';
import type { Credentials } from './credentials.ts';
import { refusalBytesMax, type RestAnswer } from './exchange.ts';
import { createHostAddresses } from './host-addresses.ts';
import { withResponseCache } from './response-cache.ts';
import { secretsOf } from './request-secrets.ts';
import { readAnswer, type AnswerShape } from './rest-answer.ts';
import type { RestRequest } from './rest-call.ts';
import { restError, statusError, type RestCallName } from './rest-error.ts';
import type { RetryPolicy } from './retry.ts';
import { createSender, type Sending } from './sending.ts';
import { createServiceRequests } from './service-request.ts';

export interface RestClientOptions {
  /** Base URL of the service; its path is put before the path of every call. */
  endpoint: string;
  headers: { forward: readonly string[]; set: Readonly<Record<string, string>> };
  /** Longest time from the call to the end of its answer, waiting and further attempts included, in milliseconds. */
  timeoutMs: number;
  /** @default every request is sent once */
  retry?: RetryPolicy;
  /** Whether answers are kept that the service allows to keep; see response-cache.ts. @default false */
  cache?: boolean;
  /** By operation. @default nothing is shown */
  credentials?: ReadonlyMap<string, Credentials>;
  /** GraphQL names of an operation's input, by the names of the service. @default the service's names */
  argumentNames?: (operation: string) => ReadonlyMap<string, string>;
  /** Most bytes of one answer. @default 32 MiB */
  responseBytesMax?: number;
  /** Most connections to the service. @default 64 */
  connectionsMax?: number;
  /** Is told of every call, also of one that the response cache answers. @default nobody is */
  observeCall?: ObserveRestCall | undefined;
}

/** Calls one REST service over a pool of connections of its own. */
export interface RestClient {
  /**
   * Sends a request and reads the answer as rest-answer.ts describes. Equal GETs with one context are one call.
   * @param shape what the answer has to be
   * @throws GraphQLError with a code of rest-error.ts; the reason of the context's signal when that ends the call
   */
  send(
    request: RestRequest,
    call: RestCallName,
    context: SubgraphContext,
    shape: AnswerShape,
  ): Promise<unknown>;
  /** Sends a request, for those who need more of its answer than the body. It is never shared with another call. */
  sendWhole(request: RestRequest, call: RestCallName, context: SubgraphContext): Promise<WholeAnswer>;
  close(): Promise<void>;
}

/** An answer within 2xx. */
export interface WholeAnswer {
  readonly status: number;
  /** Where its `location` leads, resolved against the address that was called; undefined for none that is a URL. */
  readonly location: string | undefined;
  /** As `readAnswer` reads one of any shape. */
  readonly body: unknown;
}

export function createRestClient(options: RestClientOptions): RestClient {
  const { headers, timeoutMs, retry = { attempts: 1 }, cache = false, observeCall } = options;
  const { argumentNames = () => noNames } = options;
  const { responseBytesMax = 32 * 1024 * 1024, connectionsMax = 64 } = options;
  const endpoint = new URL(options.endpoint);
  const { origin } = endpoint;
  const pool = new Pool(origin, {
    connections: connectionsMax,
    // One deadline holds for all of a call; undici's own start again with every part of an answer. They are for what
    // the response cache sends by itself.
    headersTimeout: cache ? timeoutMs : 0,
    bodyTimeout: cache ? timeoutMs : 0,
    connect: { timeout: timeoutMs, lookup: createHostAddresses() },
    maxResponseSize: responseBytesMax,
  });
  const dispatcher = cache ? withResponseCache(pool) : pool;
  const answerTo = createSender({ dispatcher, origin, retry });
  const limits = createCallLimits(timeoutMs);
  const toService = createServiceRequests({ endpoint, headers });

  return {
    send(request, call, context, shape) {
      const read = ({ answer }: Answered) => readAnswer(answer, call, shape);
      if (request.method !== 'GET' || request.body !== null) return make(request, call, context, read);
      const answers = answersOf(context, call.subgraph);
      const key = keyOf(request, call, shape);
      const known = answers.get(key);
      if (known) return known;
      const answer = make(request, call, context, read);
      answers.set(key, answer);
      return answer;
    },
    sendWhole: (request, call, context) =>
      make(request, call, context, (answered) => wholeAnswer(answered, call, origin)),
    close: () => pool.destroy(),
  };

  /** What a service refuses in a coding that can't be read is still refused. */
  async function uncoded(answer: RestAnswer): Promise<RestAnswer> {
    const isRefusal = answer.status > 299;
    const body = decodedBody(answer, isRefusal ? refusalBytesMax : responseBytesMax);
    return { ...answer, body: await (isRefusal ? body.catch(() => Buffer.alloc(0)) : body) };
  }

  async function make<Result>(
    request: RestRequest,
    call: RestCallName,
    context: SubgraphContext,
    read: (answered: Answered) => Result,
  ): Promise<Result> {
    const limit = limits.start(context.signal);
    const startMs = performance.now();
    let status: number | undefined;
    let failure: unknown;
    try {
      const credentials = options.credentials?.get(call.operation);
      const token = credentials?.tokens && (await within(limit, credentials.tokens.token()));
      const sending: Sending = {
        request: toService(request, context, credentials, token),
        limit,
        credentials,
        token,
        isTokenRenewed: false,
        sent: 0,
        redirects: 0,
      };
      const answered = await answerTo(sending);
      ({ status } = answered);
      const isCoded = answered.headers['content-encoding'] !== undefined;
      const answer = isCoded ? await uncoded(answered) : answered;
      if (answer.status <= 299) return read({ answer, path: sending.request.path });
      throw statusError(call, answer, () => ({
        names: argumentNames(call.operation),
        secrets: secretsOf(sending.request, credentials?.query ?? []),
      }));
    } catch (error) {
      failure = toRestError(error, call, limit);
      throw failure;
    } finally {
      limits.end(limit);
      const durationMs = performance.now() - startMs;
      observeCall?.({ subgraph: call.subgraph, outcome: outcomeOfCall(status, failure), durationMs });
    }
  }
}

/** An answer within 2xx, uncoded, and the path that gave it. */
interface Answered {
  readonly answer: RestAnswer;
  readonly path: string;
}

function wholeAnswer({ answer, path }: Answered, call: RestCallName, origin: string): WholeAnswer {
  const { status, headers } = answer;
  const location = headerOf(headers, 'location');
  return {
    status,
    location: location === undefined ? undefined : URL.parse(location, new URL(path, origin))?.href,
    body: readAnswer(answer, call, 'any'),
  };
}

const tooLargeCodes: ReadonlySet<string> = new Set([
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'UND_ERR_HEADERS_OVERFLOW',
  tooLargeCode,
]);
const noNames: ReadonlyMap<string, string> = new Map();

/** What one context has asked a service for. A mutation forgets it, with everything else that the context has loaded. */
function answersOf({ loaders }: SubgraphContext, subgraph: string): Map<string, Promise<unknown>> {
  const found = loaders.get(subgraph) as Map<string, Promise<unknown>> | undefined;
  if (found) return found;
  const answers = new Map<string, Promise<unknown>>();
  loaders.set(subgraph, answers);
  return answers;
}

/** The same for calls that are the same to the service, and are read in the same way. */
function keyOf({ path, headers }: RestRequest, { operation }: RestCallName, shape: AnswerShape): string {
  let key = `${operation} ${shape} ${path}`;
  for (const name in headers) if (name !== 'accept') key += `\n${name}: ${headers[name]}`;
  return key;
}

function toRestError(error: unknown, call: RestCallName, { reason }: RunningCall): unknown {
  const { name, code = '' } = error as { name?: string; code?: string };
  if (name === 'GraphQLError') return error;
  if (reason && !(reason instanceof DeadlineError)) return reason;
  if (reason || (code.startsWith('UND_ERR_') && code.endsWith('_TIMEOUT')))
    return restError(call, 'UPSTREAM_TIMEOUT', 'the service did not answer in time');
  if (error instanceof TokenError) {
    return restError(
      call,
      'UPSTREAM_UNAVAILABLE',
      `there is no access token for the service: ${error.message}`,
    );
  }
  if (code === 'UND_ERR_INVALID_ARG') return restError(call, 'BAD_USER_INPUT', 'the call can not be sent');
  if (error instanceof ContentCodingError) {
    return restError(
      call,
      'UPSTREAM_INVALID',
      'the service answered in a content coding that can not be read',
    );
  }
  if (tooLargeCodes.has(code)) {
    return restError(call, 'UPSTREAM_INVALID', 'the answer of the service is too large');
  }
  return restError(call, 'UPSTREAM_UNAVAILABLE', 'the service can not be reached');
}
