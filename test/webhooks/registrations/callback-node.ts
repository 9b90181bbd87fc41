import type { RecordStore } from '../../../events/record-store.ts';
import { callbackEndings, callbackRegistrations } from '../../../gateway/webhooks/callback-registrations.ts';
import { loadSubgraphs } from '../../../mesh/load-subgraphs.ts';
import {
  createCallbackRegistrar,
  type CallbackRegistrar,
} from '../../../webhooks/registrations/callback-registrar.ts';
import { createGuardedCall } from '../../../webhooks/registrations/guarded-call.ts';
import { writeSubgraphFolders } from '../../mesh/subgraph-folders.ts';
import { until } from '../../utils/until.ts';
import { recordingLogger } from '../recording-logger.ts';
import { subscriptionDocument } from './subscription-service.ts';

/** After which a service is asked or told again. */
export const refreshMs = 300_000;

/** A registration with its id, and an operation that ends it. */
export const whole = 'when: start, id: /id, unregister: unsubscribe';

export interface CallbackNodeOptions {
  /** `register` of the webhook; null: the webhook is gone from the folder. @default whole */
  register?: string | null;
  publicUrl?: string;
  /** Name of the folder. @default orders */
  name?: string;
  resolve?: (host: string) => Promise<{ address: string; family: number }[]>;
}

interface NodeOfService extends CallbackNodeOptions {
  service: { url: string };
  records: RecordStore;
  now: () => number;
}

/** What one gateway does about the callbacks of one folder, from its files on; started. */
export async function startCallbackNode(options: NodeOfService) {
  const { service, records, now, register = whole, name = 'orders', resolve } = options;
  const { publicUrl = 'http://sluice.example' } = options;
  const webhooks =
    register === null
      ? ''
      : `webhooks: { orderCreated: { verify: { scheme: none }, register: { ${register} } } }`;
  const folders = await writeSubgraphFolders({
    [`${name}/openapi.yaml`]: subscriptionDocument,
    [`${name}/subgraph.yaml`]: `endpoint: ${service.url}\nretry: { attempts: 1 }\n${webhooks}\n`,
  });
  const { subgraphs, problems } = await loadSubgraphs({ dir: folders.dir, env: {} });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const guardedCall = createGuardedCall({ allowedHosts: new Set(), ...(resolve && { resolve }) });
  const logger = recordingLogger();
  const registrar = createCallbackRegistrar({
    registrations: callbackRegistrations({ subgraphs, publicUrl, now }),
    endings: callbackEndings({ subgraphs, guardedCall }),
    records,
    retry: { firstDelayMs: 1_000 },
    refreshMs,
    lookMs: 5,
    now,
    logger,
    random: () => 0,
  });
  registrar.start();
  return {
    registrar,
    logger,
    async close() {
      await registrar.close();
      for (const subgraph of subgraphs) await subgraph.close();
      await folders.remove();
    },
  };
}

export function isRegistered(registrar: CallbackRegistrar) {
  const { status } = registrar;
  return until('it is registered', async () => status().every(({ state }) => state === 'registered'));
}
