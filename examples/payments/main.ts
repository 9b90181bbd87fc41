import { readWebhookTargets, runService } from '../shared/run-service.ts';
import { createPaymentsService } from './service.ts';

const {
  PORT = '4102',
  HOST,
  ORDERS_URL = 'http://127.0.0.1:4101',
  WEBHOOK_URLS,
  WEBHOOK_SECRET,
} = process.env;

await runService({
  name: 'payments',
  service: createPaymentsService({
    peers: { orders: ORDERS_URL },
    webhookTargets: readWebhookTargets({ urls: WEBHOOK_URLS, secret: WEBHOOK_SECRET }),
    log: console.error,
  }),
  port: PORT,
  host: HOST,
});
