import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startGateway } from '../../gateway/app.ts';
import { readConfig } from '../../gateway/config.ts';
import { startRecordingService } from '../mesh/recording-service.ts';
import { smallDocument, writeSubgraphFolders } from '../mesh/subgraph-folders.ts';

/** A gateway over one service, whose answers a test decides; both in this process. */
export async function startSmallGateway() {
  const service = await startRecordingService();
  const folders = await writeSubgraphFolders({
    'shop/openapi.yaml': smallDocument,
    'shop/subgraph.yaml': `endpoint: ${service.url}
entities: { Order: { key: id, resolve: { operation: getOrder, argument: id } } }
webhooks: { orderCreated: { entity: Order, verify: { scheme: none } } }
`,
  });
  const dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  const gateway = await startGateway({
    config: readConfig({
      PORT: '0',
      SUBGRAPHS_DIR: folders.dir,
      EVENTS_URL: `sqlite:${join(dir, 'events.db')}`,
    }),
    env: {},
    logger: pino({ level: 'silent' }),
  });
  return {
    url: gateway.url,
    service,
    /** Closes the gateway alone. */
    closeGateway: () => gateway.close(),
    async close() {
      await gateway.close();
      await service.close();
      await folders.remove();
      await rm(dir, { recursive: true });
    },
  };
}

export type SmallGateway = Awaited<ReturnType<typeof startSmallGateway>>;
