import type { Logger } from 'pino';
import type { RecordStore } from '../../events/record-store.ts';
import type { Subgraph } from '../../mesh/subgraph.ts';
import {
  createCallbackRegistrar,
  type CallbackRegistrar,
} from '../../webhooks/registrations/callback-registrar.ts';
import { createGuardedCall } from '../../webhooks/registrations/guarded-call.ts';
import type { GatewayConfig } from '../config.ts';
import { callbackEndings, callbackRegistrations } from './callback-registrations.ts';

export interface OpenCallbacksOptions {
  config: Pick<GatewayConfig, 'outboundHostsAllowed'>;
  records: RecordStore;
  subgraphs: readonly Subgraph[];
  /** Base URL of this gateway, as services reach it. */
  publicUrl: string;
  logger: Logger;
}

/** What registers the callbacks of all folders with their services, as soon as it is started. */
export function openCallbacks(options: OpenCallbacksOptions): CallbackRegistrar {
  const { config, records, subgraphs, publicUrl, logger } = options;
  const guardedCall = createGuardedCall({ allowedHosts: new Set(config.outboundHostsAllowed) });
  return createCallbackRegistrar({
    registrations: callbackRegistrations({ subgraphs, publicUrl }),
    endings: callbackEndings({ subgraphs, guardedCall }),
    records,
    logger,
    random: Math.random,
  });
}
