export interface AdminClientOptions {
  /** Base URL of a gateway that runs, without a slash at the end. */
  url: string;
  adminKey: string;
  /** @default 60_000 */
  timeoutMs?: number;
  /** Ends every call. @default nothing does */
  signal?: AbortSignal;
}

export interface AdminClient {
  /**
   * Asks for a path below `/admin`, with its query.
   * @returns the JSON of the answer; undefined where it has none
   * @throws AdminCallError when the gateway refuses, and Error when there is none
   */
  readonly call: (method: 'GET' | 'POST' | 'DELETE', path: string) => Promise<unknown>;
  /**
   * Asks for a path below `/admin` in a media type, for the text of the answer as it is.
   * @throws AdminCallError when the gateway refuses, and Error when there is none
   */
  readonly text: (path: string, mediaType: string) => Promise<{ text: string; headers: Headers }>;
}

/** The gateway refused. The message is for people, and holds nothing of the request. */
export class AdminCallError extends Error {
  override readonly name = 'AdminCallError';
  /** Of the registry; null for an answer that is not Sluice's. */
  readonly code: string | null;
  /** Of the answer. */
  readonly status: number;

  constructor(message: string, code: string | null, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Calls `/admin` of a gateway that runs, with the key of operators. A redirect is not followed: it would get the key. */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const { url, adminKey, timeoutMs = 60_000, signal: ended } = options;

  async function send(method: string, path: string, accept = 'application/json'): Promise<Response> {
    const headers = { authorization: `Bearer ${adminKey}`, accept };
    const late = AbortSignal.timeout(timeoutMs);
    const signal = ended ? AbortSignal.any([ended, late]) : late;
    try {
      return await fetch(`${url}/admin${path}`, { method, headers, signal, redirect: 'error' });
    } catch (error) {
      throw new Error(`${url} can not be reached: ${reasonOf(error)}`, { cause: error });
    }
  }

  return {
    async call(method, path) {
      const response = await send(method, path);
      if (response.status === 204) return undefined;
      const answer = parsed(await response.text());
      if (response.ok && answer) return answer;
      throw refusalOf(url, response.status, answer);
    },
    async text(path, mediaType) {
      const response = await send('GET', path, mediaType);
      const text = await response.text();
      const isOfType = response.headers.get('content-type')?.startsWith(mediaType) === true;
      if (response.ok && isOfType) return { text, headers: response.headers };
      throw refusalOf(url, response.status, parsed(text));
    },
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as JsonObject | null) : null;
  } catch {
    return null;
  }
}

function refusalOf(url: string, status: number, problem: JsonObject | null): AdminCallError {
  const code = typeof problem?.['code'] === 'string' ? problem['code'] : null;
  const text = [problem?.['detail'], problem?.['title']].find((part) => typeof part === 'string');
  if (code === 'ADMIN_KEY_INVALID') return new AdminCallError(`${url} refuses this ADMIN_KEY`, code, status);
  if (code !== null) return new AdminCallError(`${text} (${code})`, code, status);
  const message = `${url}/admin answers ${status}: no Sluice listens there, or it was started without ADMIN_KEY`;
  return new AdminCallError(message, null, status);
}

/** fetch says "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: why } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? why ?? message;
}
