import { compileRest, plain } from '../compiled-rest.ts';
import { json } from '../recording-service.ts';

test('a field that is refused has the name that it has in the schema, nested and in lists', async () => {
  const rest = await compileRest({
    document: `
paths:
  /orders/{order_id}:
    put:
      operationId: replaceOrder
      parameters:
        - { name: order_id, in: path, required: true, schema: { type: string } }
        - { name: 'dry-run', in: query, schema: { type: boolean } }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '200': { description: ok, content: { application/json: { schema: {} } } } }
components:
  schemas:
    Order:
      type: object
      properties:
        ship_to: { $ref: '#/components/schemas/Address' }
        order_lines: { type: array, items: { type: object, properties: { unit_price: { type: number } } } }
    Address: { type: object, properties: { zip_code: { type: string }, parent_address: { $ref: '#/components/schemas/Address' } } }
`,
  });
  rest.service.answer = json(
    {
      errors: [
        { pointer: '/ship_to/parent_address/zip_code', detail: 'a' },
        { path: 'order_lines[3].unit_price', message: 'b' },
        { name: 'dry-run', reason: 'c' },
        { loc: ['path', 'order_id'], msg: 'd' },
      ],
    },
    422,
  );
  const query = 'mutation { replaceOrder(orderId: "7", dryRun: true, input: { shipTo: { zipCode: "x" } }) }';
  expect(plain(await rest.run(query)).errors).toMatchObject([
    {
      extensions: {
        fields: [
          { field: 'shipTo.parentAddress.zipCode', message: 'a' },
          { field: 'orderLines.3.unitPrice', message: 'b' },
          { field: 'dryRun', message: 'c' },
          { field: 'orderId', message: 'd' },
        ],
      },
    },
  ]);
  await rest.close();
});
