import { writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import DataLoader from 'dataloader';
import { parse } from 'graphql';
import { Pool } from 'undici';

/**
 * The store as eight HTTP subgraphs over its REST services, as users of Apollo write them: all in this process, whose
 * CPU nobody counts. Writes the supergraph of them.
 */
const [storeUrl, supergraphFile] = process.argv.slice(2);
const pool = new Pool(storeUrl, { connections: 512 });

async function call(path, options) {
  const { body } = await pool.request({ method: 'GET', path, ...options });
  return body.json();
}

const get = (path, id) => call(`${path}/${encodeURIComponent(id)}`);

const post = (path, input) =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });

/** One call for all keys that a request asks for. */
const batched = (path, argument, key) => () =>
  new DataLoader(async (keys) => {
    const found = await call(`${path}?${argument}=${encodeURIComponent(keys.join(','))}`);
    const byKey = new Map(found.map((item) => [item[key], item]));
    return keys.map((value) => byKey.get(value) ?? null);
  });

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])`;

/** A service that finds one thing by its id. */
const single = (type, field, path) => ({
  typeDefs: `
    type ${type} { id: String! status: String! amount: Float! updatedAt: String! note: String! }
    type Query { ${field}(id: String!): ${type} }
  `,
  resolvers: { Query: { [field]: (_root, { id }) => get(path, id) } },
});

const subgraphs = {
  orders: {
    typeDefs: `
      type Order {
        id: String! status: OrderStatus! total: Float! currency: String! customerId: String! createdAt: String!
        note: String! isGift: Boolean! customer: Customer
      }
      enum OrderStatus { OPEN PAID SHIPPED }
      type Invoice {
        id: String! number: Int! issuedAt: String! currency: String! total: Float! customerId: String!
        lines: [InvoiceLine!]! customer: Customer
      }
      type InvoiceLine { quantity: Int! unitPrice: Float! sku: String! product: Product }
      type Customer @key(fields: "id", resolvable: false) { id: String! }
      type Product @key(fields: "sku", resolvable: false) { sku: String! }
      input NewOrderInput { customerId: String! note: String! lines: [NewOrderLineInput!]! }
      input NewOrderLineInput { sku: String! quantity: Int! }
      type Query { order(id: String!): Order orders(page: Int): [Order!] invoices(page: Int): [Invoice!] }
      type Mutation { createOrder(input: NewOrderInput!): Order }
    `,
    resolvers: {
      Query: {
        order: (_root, { id }) => get('/orders/orders', id),
        orders: (_root, { page }) => call(`/orders/orders?page=${page}`),
        invoices: (_root, { page }) => call(`/orders/invoices?page=${page}`),
      },
      Mutation: { createOrder: (_root, { input }) => post('/orders/orders', input) },
      Order: { customer: ({ customerId }) => ({ id: customerId }) },
      Invoice: { customer: ({ customerId }) => ({ id: customerId }) },
      InvoiceLine: { product: ({ sku }) => ({ sku }) },
    },
  },
  customers: {
    typeDefs: `
      type Customer @key(fields: "id") { id: String! name: String! email: String! city: String! }
      type Query { customer(id: String!): Customer }
    `,
    resolvers: {
      Query: { customer: (_root, { id }) => get('/customers/customers', id) },
      Customer: { __resolveReference: ({ id }, { load }) => load.load(id) },
    },
    loader: batched('/customers/customers', 'ids', 'id'),
  },
  products: {
    typeDefs: `
      type Product @key(fields: "sku") {
        sku: String! name: String! brand: String! description: String! stock: StockLevel
      }
      type StockLevel @key(fields: "sku", resolvable: false) { sku: String! }
      type Query { product(sku: String!): Product }
    `,
    resolvers: {
      Query: { product: (_root, { sku }) => get('/products/products', sku) },
      Product: {
        __resolveReference: ({ sku }, { load }) => load.load(sku),
        stock: ({ sku }) => ({ sku }),
      },
    },
    loader: batched('/products/products', 'skus', 'sku'),
  },
  stock: {
    typeDefs: `
      type StockLevel @key(fields: "sku") { sku: String! available: Int! warehouse: String! }
      type Query { stockLevel(sku: String!): StockLevel }
    `,
    resolvers: {
      Query: { stockLevel: (_root, { sku }) => get('/stock/levels', sku) },
      StockLevel: { __resolveReference: ({ sku }, { load }) => load.load(sku) },
    },
    loader: batched('/stock/levels', 'skus', 'sku'),
  },
  payments: single('Payment', 'payment', '/payments/payments'),
  shipping: single('Shipment', 'shipment', '/shipping/shipments'),
  coupons: single('Coupon', 'coupon', '/coupons/coupons'),
  messages: single('Message', 'message', '/messages/messages'),
};

const services = [];
for (const [name, { typeDefs, resolvers, loader }] of Object.entries(subgraphs)) {
  const document = parse(`${link}\n${typeDefs}`);
  const server = new ApolloServer({ schema: buildSubgraphSchema([{ typeDefs: document, resolvers }]) });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async () => ({ load: loader?.() }),
  });
  services.push({ name, url, typeDefs: document });
}
const { supergraphSdl, errors } = composeServices(services);
if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
writeFileSync(supergraphFile, supergraphSdl);
process.send({ ready: storeUrl });
