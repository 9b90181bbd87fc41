import { documentParts } from '../../../mesh/add/document-parts.ts';
import { readDocumentSource } from '../../../mesh/add/document-source.ts';
import { writeSubgraphFolders } from '../subgraph-folders.ts';

const files = {
  'main.yaml': `a: { $ref: './schemas/order.yaml#/Order' }
b: [{ $ref: 'paths/orders.json' }]
c: { $ref: '#/a' }
d: { $ref: 'https://elsewhere.test/x.yaml' }
e: { $ref: '../above.yaml#/x' }
f: { $ref: '/etc/passwd' }
g: { $ref: 'file:///etc/passwd' }
h: { $ref: 'missing.yaml' }`,
  'schemas/order.yaml': `Order: { customer: { $ref: 'customer.yaml' }, back: { $ref: '../main.yaml#/c' } }`,
  'schemas/customer.yaml': `order: { $ref: './order.yaml#/Order' }`,
  'paths/orders.json': '{ "$ref": "../schemas/../../out.yaml" }',
  'unused.yaml': 'a: 1',
};

test('the files below a document that it refers to are read, whatever leads to them, and no others', async () => {
  const folders = await writeSubgraphFolders(files);
  const source = `${folders.dir}/main.yaml`;
  const parts = await documentParts({ source, root: await readDocumentSource({ source }) });
  await folders.remove();
  expect(Object.fromEntries([...parts].map(([path, bytes]) => [path, bytes.toString()]))).toEqual({
    'main.yaml': files['main.yaml'],
    'paths/orders.json': files['paths/orders.json'],
    'schemas/customer.yaml': files['schemas/customer.yaml'],
    'schemas/order.yaml': files['schemas/order.yaml'],
  });
});

test('more files than anybody writes are refused', async () => {
  const folders = await writeSubgraphFolders({
    'main.yaml': Array.from({ length: 11 }, (_, index) => `a${index}: { $ref: 'part${index}.yaml' }`).join(
      '\n',
    ),
  });
  const source = `${folders.dir}/main.yaml`;
  const reading = documentParts({ source, root: await readDocumentSource({ source }), filesMax: 10 });
  await expect(reading).rejects.toThrow(/main\.yaml: refers to more than 10 files$/);
  await folders.remove();
});
