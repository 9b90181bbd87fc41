import { file, type WrongFile } from './wrong-file.ts';

/** Entities and links. */
export const wrongEntities: readonly WrongFile[] = [
  {
    id: 'W40',
    sentence: 'an entity without a key',
    given: file('entities:', '  Order:', '    resolve: { operation: getOrder }'),
    expected: ':3: entities.Order.key: is missing',
  },
  {
    id: 'W41',
    sentence: 'an entity without an operation',
    given: file('entities:', '  Order:', '    key: id', '    resolve: { argument: id }'),
    expected: ':5: entities.Order.resolve.operation: is missing',
  },
  {
    id: 'W42',
    sentence: 'a key with two spaces',
    given: file('entities: { Stock: { key: "sku  place", resolve: { operation: getStock } } }'),
    expected: ':2: entities.Stock.key: must be names of fields, separated by single spaces',
  },
  {
    id: 'W43',
    sentence: 'an entity called like no type',
    given: file('entities: { the-order: { key: id, resolve: { operation: getOrder } } }'),
    expected: ':2: entities.the-order: must be the name of a type',
  },
  {
    id: 'W44',
    sentence: 'a batch of none',
    given: file('entities: { Order: { key: id, resolve: { operation: list, argument: ids, max: 0 } } }'),
    expected: ':2: entities.Order.resolve.max: must be >= 1',
  },
  {
    id: 'W45',
    sentence: 'a misspelled field deep down',
    given: file('entities:', '  Order:', '    key: id', '    resolve:', '      operaton: getOrder'),
    expected:
      ':5: entities.Order.resolve.operation: is missing\nsubgraphs/payments/subgraph.yaml:6: entities.Order.resolve.operaton: is not a known field here',
  },
  {
    id: 'W46',
    sentence: 'a link of a type alone',
    given: file('links: { Order: { entity: Customer, key: { id: customerId } } }'),
    expected: ':2: links.Order: must be written Type.field',
  },
  {
    id: 'W47',
    sentence: 'a link that is neither form',
    given: file('links:', '  Order.customer: { to: Customer }'),
    expected: ':3: links.Order.customer: must be { entity, key } or { operation, arguments }',
  },
  {
    id: 'W48',
    sentence: 'a link that is both forms',
    given: file(
      'links:',
      '  Order.customer: { entity: Customer, key: { id: a }, operation: b, arguments: { c: d } }',
    ),
    expected: ':3: links.Order.customer: must be { entity, key } or { operation, arguments }',
  },
  {
    id: 'W49',
    sentence: 'a reference without its key',
    given: file('links:', '  Order.customer:', '    entity: Customer'),
    expected: ':3: links.Order.customer.key: is missing',
  },
  {
    id: 'W50',
    sentence: 'an operation without its arguments',
    given: file('links:', '  Order.customer:', '    operation: getCustomer'),
    expected: ':3: links.Order.customer.arguments: is missing',
  },
  {
    id: 'W51',
    sentence: 'a misspelled field of an operation',
    given: file('links:', '  A.b:', '    operation: b', '    arguments: { id: id }', '    groupedBy: id'),
    expected: ':6: links.A.b.groupedBy: is not a known field here',
  },
  {
    id: 'W52',
    sentence: 'a reference with an empty key',
    given: file('links: { Order.customer: { entity: Customer, key: {} } }'),
    expected: ':2: links.Order.customer.key: must NOT have fewer than 1 properties',
  },
  {
    id: 'W53',
    sentence: 'a key that is taken from a number',
    given: file('links: { Order.customer: { entity: Customer, key: { id: 5 } } }'),
    expected: ':2: links.Order.customer.key.id: must be string',
  },
];
