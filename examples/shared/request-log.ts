import type { RequestHandler } from 'express';

const REQUESTS_KEPT = 10_000;

/** One request that a service was sent. */
export type LoggedRequest = {
  method: string;
  /** The path template of the OpenAPI document, or the path itself where the document has none. */
  path: string;
  /** Path and query as they were sent. */
  url: string;
};

export type RequestLog = ReturnType<typeof createRequestLog>;

/**
 * Counts the requests that a service is sent, so that a test can tell how often it was asked.
 *
 * @param options.paths the path templates of the OpenAPI document
 */
export function createRequestLog({ paths }: { paths: string[] }) {
  const requests: LoggedRequest[] = [];
  const counts = new Map<string, number>();

  /** Express middleware: counts the request and passes it on. */
  const record: RequestHandler = (request, _response, next) => {
    const { method, path: sent, originalUrl: url } = request;
    const path = paths.find((template) => matches(template, sent)) ?? sent;
    const key = `${method} ${path}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    requests.push({ method, path, url });
    if (requests.length > REQUESTS_KEPT) requests.shift();
    next();
  };

  return {
    record,
    /** The latest requests, oldest first. */
    list: (): LoggedRequest[] => [...requests],
    /** How often each was asked for, by method and path template: `{ "GET /orders/{orderId}": 2 }`. */
    counts: (): Record<string, number> => Object.fromEntries(counts),
    /** Forgets everything. */
    reset(): void {
      requests.length = 0;
      counts.clear();
    },
  };
}

function matches(template: string, path: string): boolean {
  const expected = template.split('/');
  const segments = path.split('/');
  return (
    expected.length === segments.length &&
    expected.every((part, index) => part.startsWith('{') || part === segments[index])
  );
}
