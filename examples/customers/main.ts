import { runService } from '../shared/run-service.ts';
import { createCustomersService } from './service.ts';

const { PORT = '4104', HOST } = process.env;

await runService({ name: 'customers', service: createCustomersService(), port: PORT, host: HOST });
