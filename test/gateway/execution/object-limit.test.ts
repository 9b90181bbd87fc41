/** Lists in lists multiply: a query of a few lines may ask for more objects than fit into any memory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startGateway, type Gateway } from '../../../gateway/app.ts';
import { readConfig } from '../../../gateway/config.ts';
import { json, startRecordingService, type RecordingService } from '../../mesh/recording-service.ts';
import { writeSubgraphFolders, type SubgraphFolders } from '../../mesh/subgraph-folders.ts';

const document = (type: string, properties: string, paths: string) => `openapi: 3.0.3
info: { title: ${type}, version: '1' }
paths:
${paths}
components:
  schemas:
    ${type}: { type: object, required: [id], properties: { id: { type: string }, ${properties} } }
`;

const orders = document(
  'Order',
  'customerId: { type: string }',
  `  /orders:
    get:
      operationId: listOrders
      parameters: [{ name: customerId, in: query, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Order' } } } } } }`,
);

const customers = document(
  'Customer',
  'name: { type: string }',
  `  /customers/{id}:
    get:
      operationId: getCustomer
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Customer' } } } } }`,
);

let services: Record<'orders' | 'customers', RecordingService>;
let folders: SubgraphFolders;
let dir: string;
let gateway: Gateway;

beforeAll(async () => {
  services = {
    orders: await startRecordingService((request, response) => {
      const customerId = new URL(request.target, 'http://localhost').searchParams.get('customerId');
      json(['1', '2', '3'].map((id) => ({ id, customerId })))(request, response);
    }),
    customers: await startRecordingService(json({ id: 'c', name: 'Ada' })),
  };
  folders = await writeSubgraphFolders({
    'orders/openapi.yaml': orders,
    'orders/subgraph.yaml': `endpoint: ${services.orders.url}
links:
  Order.customer: { entity: Customer, key: { id: customerId } }
  Customer.orders: { operation: listOrders, arguments: { customerId: id } }
`,
    'customers/openapi.yaml': customers,
    'customers/subgraph.yaml': `endpoint: ${services.customers.url}
entities: { Customer: { key: id, resolve: { operation: getCustomer, argument: id } } }
`,
  });
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  const config = readConfig({
    PORT: '0',
    SUBGRAPHS_DIR: folders.dir,
    EVENTS_URL: `sqlite:${join(dir, 'e.db')}`,
  });
  gateway = await startGateway({ config, env: {}, logger: pino({ level: 'silent' }) });
});

afterAll(async () => {
  await gateway.close();
  for (const service of Object.values(services)) await service.close();
  await folders.remove();
  await rm(dir, { recursive: true });
});

interface Answer {
  data: unknown;
  errors?: { message: string; path: unknown; extensions: { code: string } }[];
}

async function ask(query: string): Promise<Answer> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

/** Three times as many objects on each level as on the one above. */
const nested = (levels: number, fields: string) =>
  `{ customer(id: "c") { ${`${fields} orders { customer { `.repeat(levels)} ${fields} ${'} }'.repeat(levels)} } }`;

const cases = [
  { where: 'in one service', fields: 'id', levels: 40 },
  { where: 'from one service to the other and back', fields: 'name', levels: 40 },
];

// As generated code as well.
it.each(cases.flatMap((row) => [1, 2, 3].map((run) => ({ ...row, run }))))(
  'what multiplies $where is refused, not tried until the memory is full (run $run)',
  async ({ fields, levels }) => {
    const { errors = [] } = await ask(nested(levels, fields));
    expect(errors.map(({ extensions }) => extensions.code)).toContain('OPERATION_TOO_COMPLEX');
    expect(errors.length).toBeLessThan(50);
  },
);

it('what is below the bound is answered', async () => {
  const answer = await ask(nested(5, 'name'));
  expect(answer.errors).toBeUndefined();
  expect(JSON.stringify(answer.data).match(/Ada/g)).toHaveLength(1 + 3 + 9 + 27 + 81 + 243);
});
