import { expect, test } from '@jest/globals';
import { buildSchema, introspectionFromSchema, parse, validate, visit } from 'graphql';
import { makeDocuments } from '../../bench/made-documents.ts';

const schema = buildSchema(`
  type Query { order(orderId: ID!): Order orders(ids: [ID!], status: Status, limit: Int): [Order!] }
  type Order { id: ID! status: Status total: Float customer: Customer }
  type Customer { id: ID! name: String! orders(limit: Int): [Order!] }
  enum Status { OPEN PAID }
`);
const make = (seed: number) =>
  makeDocuments({
    introspection: introspectionFromSchema(schema),
    count: 400,
    seed,
    idFor: (_argument, field, number) => `${field.name}-${number}`,
  });

test('made documents are valid, and none is like another', () => {
  const documents = make(1);
  expect(documents).toHaveLength(400);
  expect(new Set(documents).size).toBe(400);
  for (const document of documents)
    expect([document, validate(schema, parse(document))]).toEqual([document, []]);
});

test('they differ in aliases, arguments and nesting', () => {
  const seen = { aliases: 0, arguments: 0, depthMax: 0 };
  let depth = 0;
  for (const document of make(1)) {
    visit(parse(document), {
      Field: (node) => void (seen.aliases += node.alias ? 1 : 0),
      Argument: () => void seen.arguments++,
      SelectionSet: {
        enter: () => void (seen.depthMax = Math.max(seen.depthMax, ++depth)),
        leave: () => void depth--,
      },
    });
  }
  expect(seen.aliases).toBeGreaterThan(100);
  expect(seen.arguments).toBeGreaterThan(100);
  expect(seen.depthMax).toBe(5);
});

test('a seed always makes the same, and another one others', () => {
  expect(make(1)).toEqual(make(1));
  expect(make(2)).not.toEqual(make(1));
});
