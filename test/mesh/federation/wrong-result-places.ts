/** What is wrong, the configuration, and what is told. */
export const wrongPlaces: readonly (readonly [string, string, string])[] = [
  [
    'a place that leads nowhere',
    'entities: { Customer: { key: customerId, resolve: { operation: listCustomers, argument: ids, items: /data } } }',
    '2: entities.Customer.resolve.items: Page has no property "data"',
  ],
  [
    'a place inside of a list',
    'entities: { Customer: { key: customerId, resolve: { operation: listCustomers, argument: ids, items: /the_data/a~1b~0c/0 } } }',
    '2: entities.Customer.resolve.items: a list has no property "0"',
  ],
  [
    'items that are one thing',
    'entities: { Customer: { key: customerId, resolve: { operation: getCustomer, argument: id, items: /data } } }',
    '2: entities.Customer.resolve.items: Customer is no list there',
  ],
  [
    'one thing that is a list',
    'links: { Order.others: { operation: listOrders, arguments: { buyer: buyerEmail }, item: /data } }',
    '2: links.Order.others.item: a list of Order is there: say items',
  ],
  [
    'another type at the place',
    'entities: { Order: { key: id, resolve: { operation: listCustomers, argument: ids, items: /the_data/a~1b~0c } } }',
    '2: entities.Order.resolve.operation: listCustomers answers Customer, not Order',
  ],
  [
    'the wrong one of several keys',
    'entities:\n  Customer:\n    - { key: customerId, resolve: { operation: getCustomer, argument: id, item: /data } }\n    - { key: phone, resolve: { operation: getCustomer, argument: id, item: /data } }',
    '5: entities.Customer.1.key: Customer has no field phone',
  ],
  [
    'a link by a key that is none of several',
    'entities:\n  Customer:\n    - { key: customerId, resolve: { operation: getCustomer, argument: id, item: /data } }\n    - { key: email, resolve: { operation: getCustomer, argument: id, item: /data } }\nlinks:\n  Order.buyer: { entity: Customer, key: { name: buyerEmail } }',
    '7: links.Order.buyer.key: the key of Customer is "customerId" or "email"',
  ],
  ['no key at all', 'entities: { Customer: [] }', '2: entities.Customer: must NOT have fewer than 1 items'],
  [
    'a key in a list without an operation',
    'entities:\n  Customer:\n    - { key: email }',
    '4: entities.Customer.0.resolve: is missing',
  ],
];
