import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** A folder of subgraphs that lives as long as a test. */
export interface SubgraphFolders {
  readonly dir: string;
  /** The folder as messages name it. */
  readonly place: string;
  remove(): Promise<void>;
}

/** @param files path below the folder to content */
export async function writeSubgraphFolders(
  files: Readonly<Record<string, string>>,
): Promise<SubgraphFolders> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-subgraphs-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return { dir, place: relative('.', dir), remove: () => rm(dir, { recursive: true }) };
}

/** The smallest document with something to ask for. */
export const smallDocument = `openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }
  /orders:
    get:
      operationId: listOrders
      parameters:
        - { name: ids, in: query, schema: { type: array, items: { type: string } } }
        - { name: status, in: query, schema: { type: string } }
      responses:
        '200':
          content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Order' } } } }
webhooks:
  orderCreated:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
components:
  schemas:
    Address: { type: object, properties: { city: { type: string } } }
    Order:
      type: object
      required: [id, total]
      properties:
        id: { type: string }
        customerId: { type: string }
        total: { type: number }
        address: { $ref: '#/components/schemas/Address' }
`;

export const smallConfig = 'endpoint: http://127.0.0.1:1\n';
