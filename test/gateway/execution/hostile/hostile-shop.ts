import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '../../../../events/logger.ts';
import type { ShowMade } from '../../../../gateway/execution/generated-code.ts';
import { createOperations, type Operations } from '../../../../gateway/operations/operations.ts';
import { createSupergraph, type Supergraph } from '../../../../gateway/supergraph/supergraph.ts';
import { composeSupergraph } from '../../../../mesh/federation/compose.ts';
import { loadSubgraphs } from '../../../../mesh/load-subgraphs.ts';
import { makeSubgraphsFolder } from '../../../utils/subgraphs-folder.ts';

/** Names that a service may give its properties, and that mean something in JavaScript or end a text in it. */
export const hostileProperties = [
  'constructor',
  'toString',
  'a"b',
  "a'b",
  'a`b${process.exit()}',
  'a\\',
  'a\nb',
  'a\u2028b',
  '*/ process.exit() /*',
  '"];process.exit();//',
] as const;

/** Two services: things, each with an owner, and owners, by ids. Both answer with the text that they are asked with. */
export interface HostileShop {
  operations: Operations;
  /** GraphQL field of a hostile property, by its place in the list. */
  propertyField: (index: number) => string;
  close(): Promise<void>;
}

/** @param show is shown plans and generated code */
export async function startHostileShop(show?: ShowMade): Promise<HostileShop> {
  const service = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://service');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answerTo(url)));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  const folder = await makeSubgraphsFolder({
    files: {
      'things/openapi.json': JSON.stringify(thingsDocument()),
      'things/subgraph.yaml': `endpoint: http://127.0.0.1:${port}\nlinks:\n  Thing.owner: { entity: Owner, key: { id: ownerId } }\n`,
      'owners/openapi.json': JSON.stringify(ownersDocument()),
      'owners/subgraph.yaml': `endpoint: http://127.0.0.1:${port}\nentities:\n  Owner: { key: id, resolve: { operation: listOwners, argument: ids } }\n`,
    },
  });
  const { subgraphs, problems } = await loadSubgraphs({ dir: folder.path, env: {} });
  if (problems[0]) throw new Error(problems[0].message);
  const supergraph = await createSupergraph({
    composed: composeSupergraph(subgraphs),
    logger: silentLogger,
    show,
  });
  return {
    operations: createOperations({ supergraph, logger: silentLogger }),
    propertyField: (index) => propertyFields(supergraph)[index] ?? '',
    close: async () => {
      await supergraph.close();
      for (const subgraph of subgraphs) await subgraph.close();
      await folder.remove();
      await stop(service);
    },
  };
}

function stop(service: Server): Promise<void> {
  return new Promise((resolve) => {
    service.close(() => resolve());
    service.closeAllConnections();
  });
}

function answerTo({ pathname, searchParams }: URL): unknown {
  if (pathname === '/owners') {
    const ids = (searchParams.get('ids') ?? '').split(',');
    return ids.map((id) => ({ id, name: `Owner ${id}`, home: { town: 'Ulm' } }));
  }
  const [, , id] = pathname.split('/').map(decodeURIComponent);
  return id === undefined ? ['1', '2', '3'].map(thing) : thing(id);
}

function thing(id: string) {
  const odd = Object.fromEntries(hostileProperties.map((name, index) => [name, `odd ${index} of ${id}`]));
  return { id, text: `text of ${id}`, ownerId: 'o1', size: { width: 3 }, odd };
}

/** The fields of Odd in the order of the document, which is that of the list. */
function propertyFields({ apiSchema }: Supergraph): string[] {
  const odd = apiSchema.getType('Odd');
  return odd && 'getFields' in odd ? Object.keys(odd.getFields()) : [];
}

const text = { type: 'string' };
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const answered = (schema: object) => ({
  200: { description: 'ok', content: { 'application/json': { schema } } },
});
const documentOf = (title: string, paths: object, schemas: object) => ({
  openapi: '3.1.0',
  info: { title, version: '1' },
  paths,
  components: { schemas },
});

function thingsDocument() {
  const id = { name: 'id', in: 'path', required: true, schema: text };
  const paths = {
    '/things': {
      get: { operationId: 'listThings', responses: answered({ type: 'array', items: reference('Thing') }) },
    },
    '/things/{id}': {
      get: { operationId: 'getThing', parameters: [id], responses: answered(reference('Thing')) },
    },
  };
  const odd = object(Object.fromEntries(hostileProperties.map((name) => [name, text])));
  const size = object({ width: { type: 'integer' } });
  const thingSchema = object({
    id: text,
    text,
    ownerId: text,
    size: reference('Size'),
    odd: reference('Odd'),
  });
  return documentOf('things', paths, { Thing: thingSchema, Size: size, Odd: odd });
}

function ownersDocument() {
  const ids = {
    name: 'ids',
    in: 'query',
    required: true,
    style: 'form',
    explode: false,
    schema: { type: 'array', items: text },
  };
  const responses = answered({ type: 'array', items: reference('Owner') });
  const paths = { '/owners': { get: { operationId: 'listOwners', parameters: [ids], responses } } };
  const home = object({ town: text });
  return documentOf('owners', paths, {
    Owner: object({ id: text, name: text, home: reference('Home') }),
    Home: home,
  });
}
