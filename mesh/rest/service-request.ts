import type { Dispatcher } from 'undici';
import type { SubgraphContext } from '../subgraph-context.ts';
import { pathWith, putCredentials, type Credentials } from './credentials.ts';
import type { RestRequest } from './rest-call.ts';
import { passTraceOn } from './trace-context.ts';

/** A request as it goes out to a service. */
export type ServiceRequest = Omit<Dispatcher.DispatchOptions, 'headers'> & {
  headers: Record<string, string>;
};

export interface ServiceRequestOptions {
  endpoint: URL;
  headers: { forward: readonly string[]; set: Readonly<Record<string, string>> };
}

/**
 * Addresses requests to a service and puts headers on them. The client's own give way to those of arguments, these to
 * `headers.set`, and all to credentials.
 */
export function createServiceRequests({ endpoint, headers }: ServiceRequestOptions) {
  const { origin, pathname } = endpoint;
  const basePath = pathname.replace(/\/+$/, '');
  // Passed on by rules of their own.
  const forwarded = headers.forward.filter((name) => name !== 'traceparent' && name !== 'tracestate');

  return (
    { method, path, headers: own, body }: RestRequest,
    context: SubgraphContext,
    credentials: Credentials | undefined,
    token: string | undefined,
  ): ServiceRequest => {
    const all: Record<string, string> = {};
    for (const name of forwarded) {
      const value = context.headers[name];
      if (value !== undefined) all[name] = value;
    }
    passTraceOn(context.headers, all);
    Object.assign(all, own, headers.set);
    if (credentials) putCredentials(all, credentials, token);
    const fullPath = basePath + path;
    return {
      origin,
      method,
      path: credentials ? pathWith(fullPath, credentials) : fullPath,
      headers: all,
      body,
    };
  };
}
