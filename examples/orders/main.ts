import { runService } from '../shared/run-service.ts';
import { createOrdersService } from './service.ts';

const {
  PORT = '4101',
  HOST,
  CUSTOMERS_URL = 'http://127.0.0.1:4104',
  INVENTORY_URL = 'http://127.0.0.1:4103',
  PAYMENTS_URL = 'http://127.0.0.1:4102',
} = process.env;

await runService({
  name: 'orders',
  service: createOrdersService({
    peers: { customers: CUSTOMERS_URL, inventory: INVENTORY_URL, payments: PAYMENTS_URL },
    log: console.error,
  }),
  port: PORT,
  host: HOST,
});
