import { print } from 'graphql';
import { objectType } from '../../../mesh/schema-document.ts';
import { compileRest } from '../compiled-rest.ts';

const schema = "content: { application/json: { schema: { $ref: '#/components/schemas/User' } } }";
const links = 'links: { posts: { operationId: posts, parameters: { id: $response.body#/id } } }';

test('links of a response are told, and are no fields that nobody answers', async () => {
  const rest = await compileRest({
    document: `
paths:
  /users/{id}:
    get:
      operationId: user
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { ${schema}, ${links} } }
    put:
      operationId: replaceUser
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { $ref: '#/components/responses/User' } }
  /users: { get: { operationId: users, responses: { '200': { $ref: '#/components/responses/User' } } } }
  /posts:
    delete:
      operationId: posts
      parameters: [{ name: id, in: query, schema: { type: string } }]
      responses: { '204': { description: Gone } }
components:
  responses: { User: { ${schema}, ${links} } }
  schemas: { User: { type: object, properties: { id: { type: string } } } }`,
  });
  const { warnings, typeDefs } = rest.subgraph;
  await rest.close();
  const what = 'are no fields (posts); "links" of subgraph.yaml can say the same';
  expect(warnings).toEqual([
    `/paths/~1users~1{id}/get/responses/200/links: ${what}`,
    `/components/responses/User/links: ${what}`,
  ]);
  const user = objectType(typeDefs, 'User');
  expect(user && print(user)).toBe('type User {\n  id: String\n}');
});
