/** How a contender's schema names what a document has to name. */
export interface SchemaNames {
  /** Type of the variables that hold an id. */
  id: string;
  /** Type of the input of `createOrder`. */
  newOrder: string;
}

/** As Sluice names them. */
export const sluiceNames: SchemaNames = { id: 'String!', newOrder: 'NewOrderInput!' };
/** As GraphQL Mesh does. */
export const meshNames: SchemaNames = { id: 'String!', newOrder: 'NewOrder_Input' };

export interface Scenario {
  name: string;
  /** What it asks for, for the report. */
  what: string;
  document: (names: SchemaNames) => string;
  /** Those of one operation of many. They differ, so that nobody answers two at a time with one call. */
  variables: (number: number) => Readonly<Record<string, unknown>>;
  /** How many connections ask at a time when CPU is measured; twice as many when throughput is. */
  connections: number;
}

const orderFields = 'id status total currency customerId createdAt note isGift';
const singleFields = 'id status amount updatedAt note';

const orderAndCustomer = ({ id }: SchemaNames) =>
  `query ($id: ${id}) { order(id: $id) { ${orderFields} customer { name email } } }`;

export const scenarios: readonly Scenario[] = [
  {
    name: 'small',
    what: 'one order and its customer: 2 calls, one after the other',
    document: orderAndCustomer,
    variables: (number) => ({ id: `ord_${number}` }),
    connections: 16,
  },
  {
    name: 'list',
    what: '100 orders of 8 fields: 1 call',
    document: () => `query ($page: Int) { orders(page: $page) { ${orderFields} } }`,
    variables: (page) => ({ page }),
    connections: 16,
  },
  {
    name: 'deep',
    what: '60 invoices with 240 lines, 15 customers, 40 products and their stock: 4 services, 4 calls when batched',
    document: () => `query ($page: Int) {
      invoices(page: $page) {
        id number issuedAt currency total
        customer { id name email city }
        lines { quantity unitPrice product { sku name brand description stock { available warehouse } } }
      }
    }`,
    variables: (page) => ({ page }),
    connections: 16,
  },
  {
    name: 'wide',
    what: 'one object of each of 8 services: 8 calls at a time',
    document: ({ id }) => `query ($id: ${id}, $sku: ${id}) {
      order(id: $id) { ${orderFields} }
      customer(id: $id) { id name email city }
      product(sku: $sku) { sku name brand description }
      stockLevel(sku: $sku) { sku available warehouse }
      payment(id: $id) { ${singleFields} }
      shipment(id: $id) { ${singleFields} }
      coupon(id: $id) { ${singleFields} }
      message(id: $id) { ${singleFields} }
    }`,
    variables: (number) => ({ id: `one-${number}`, sku: `sku-${number}` }),
    connections: 16,
  },
  {
    name: 'mutation',
    what: 'an order is placed and answered with its customer: 2 calls, one after the other',
    document: ({ newOrder }) =>
      `mutation ($input: ${newOrder}) { createOrder(input: $input) { id status total customer { name } } }`,
    variables: (number) => ({
      input: {
        customerId: `cus_${number}`,
        note: 'Ring twice',
        lines: [
          { sku: 'sku-1', quantity: 2 },
          { sku: 'sku-2', quantity: 1 },
        ],
      },
    }),
    connections: 16,
  },
  {
    name: 'slow',
    what: 'as small, but each of the 2 calls takes 50 ms; 256 connections',
    document: orderAndCustomer,
    variables: (number) => ({ id: `slow_ord_${number}` }),
    connections: 256,
  },
];
