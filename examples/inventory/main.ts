import { readWebhookTargets, runService } from '../shared/run-service.ts';
import { createInventoryService } from './service.ts';

const { PORT = '4103', HOST, WEBHOOK_URLS, WEBHOOK_SECRET } = process.env;

await runService({
  name: 'inventory',
  service: createInventoryService({
    webhookTargets: readWebhookTargets({ urls: WEBHOOK_URLS, secret: WEBHOOK_SECRET }),
    webhooks: { log: console.error },
  }),
  port: PORT,
  host: HOST,
});
