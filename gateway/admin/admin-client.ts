export interface AdminClientOptions {
  /** Base URL of a gateway that runs, without a slash at the end. */
  url: string;
  adminKey: string;
  /** @default 60_000 */
  timeoutMs?: number;
}

export interface AdminClient {
  /**
   * Asks for a path below `/admin`, with its query.
   * @returns the JSON of the answer; undefined where it has none
   * @throws AdminCallError when the gateway refuses, and Error when there is none
   */
  readonly call: (method: 'GET' | 'POST' | 'DELETE', path: string) => Promise<unknown>;
}

/** The gateway refused. The message is for people, and holds nothing of the request. */
export class AdminCallError extends Error {
  override readonly name = 'AdminCallError';
  /** Of the registry; null for an answer that is not Sluice's. */
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

/** Calls `/admin` of a gateway that runs, with the key of operators. A redirect is not followed: it would get the key. */
export function createAdminClient({ url, adminKey, timeoutMs = 60_000 }: AdminClientOptions): AdminClient {
  async function send(method: string, path: string): Promise<Response> {
    const headers = { authorization: `Bearer ${adminKey}` };
    const signal = AbortSignal.timeout(timeoutMs);
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
  if (code === 'ADMIN_KEY_INVALID') return new AdminCallError(`${url} refuses this ADMIN_KEY`, code);
  if (code !== null) return new AdminCallError(`${text} (${code})`, code);
  const message = `${url}/admin answers ${status}: no Sluice listens there, or it was started without ADMIN_KEY`;
  return new AdminCallError(message, null);
}

/** fetch says "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: why } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? why ?? message;
}
