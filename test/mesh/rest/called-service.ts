import { createRestClient, type RestClient, type RestClientOptions } from '../../../mesh/rest/rest-client.ts';
import type { RestRequest } from '../../../mesh/rest/rest-call.ts';
import { createSubgraphContext, type SubgraphContext } from '../../../mesh/subgraph-context.ts';
import { startRecordingService, type RecordingService } from '../recording-service.ts';

/** What a call is made with; what is not said is a GET of a thing by nobody. */
export interface CallOptions extends Partial<RestRequest> {
  context?: SubgraphContext;
  client?: RestClient;
}

/** A recording service with clients in front of it. */
export interface CalledService {
  readonly service: RecordingService;
  /** A client that is closed with the service. */
  clientOf(options?: Partial<RestClientOptions>): RestClient;
  /** Calls with a fresh context unless one is given. @returns the answer, or an error as clients see it */
  call(options?: CallOptions): Promise<unknown>;
  close(): Promise<void>;
}

/** An error as a client of the gateway sees it. */
export interface SeenError {
  message: string;
  extensions: Record<string, unknown>;
}

export async function startCalledService(defaults: Partial<RestClientOptions> = {}): Promise<CalledService> {
  const service = await startRecordingService();
  const clients: RestClient[] = [];
  const clientOf: CalledService['clientOf'] = (options) => {
    const client = createRestClient({
      endpoint: service.url,
      headers: { forward: [], set: {} },
      timeoutMs: 10_000,
      ...defaults,
      ...options,
    });
    clients.push(client);
    return client;
  };
  return {
    service,
    clientOf,
    async call({ context = createSubgraphContext({}), client = clientOf(), ...request } = {}) {
      const all = { method: 'GET', path: '/things/7', headers: { accept: '*/*' }, body: null, ...request };
      const name = { subgraph: 'shop', operation: 'thing' };
      try {
        return await client.send(all, name, context, 'any');
      } catch (error) {
        return JSON.parse(JSON.stringify(error)) as unknown;
      }
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await service.close();
    },
  };
}
