const TIMEOUT_MS = 5_000;

/** What another service answered; `body` is undefined when it was not JSON. */
export type RestAnswer = { status: number; body: unknown };

/**
 * Calls another service's REST API. Resolves whatever the status is; rejects when there is no answer in time.
 *
 * @param options.signal abandons the call
 */
export async function callRest({
  method = 'GET',
  url,
  body,
  signal,
}: {
  method?: string;
  url: string;
  body?: unknown;
  signal?: AbortSignal;
}): Promise<RestAnswer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, {
    method,
    redirect: 'error',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, body: isJson ? await response.json() : await discard(response) };
}

async function discard(response: Response): Promise<undefined> {
  await response.body?.cancel();
}
