import type { Pool } from 'undici';
import { scenarios, sluiceNames } from '../scenarios.ts';

type Handler = (pool: Pool, variables: never) => Promise<object>;

interface Order {
  id: string;
  status: string;
  total: number;
  currency: string;
  customerId: string;
  createdAt: string;
  note: string;
  isGift: boolean;
}

interface Customer {
  id: string;
  name: string;
  email: string;
  city: string;
}

interface Invoice {
  id: string;
  number: number;
  issuedAt: string;
  currency: string;
  total: number;
  customerId: string;
  lines: { quantity: number; unitPrice: number; sku: string }[];
}

interface Product {
  sku: string;
  name: string;
  brand: string;
  description: string;
}

interface StockLevel {
  sku: string;
  available: number;
  warehouse: string;
}

interface Single {
  id: string;
  status: string;
  amount: number;
  updatedAt: string;
  note: string;
}

async function get<Answer>(pool: Pool, path: string): Promise<Answer> {
  const { body } = await pool.request({ method: 'GET', path });
  return JSON.parse(await body.text()) as Answer;
}

const customersOf = (pool: Pool, ids: Iterable<string>) =>
  get<Customer[]>(pool, `/customers/customers?ids=${encodeURIComponent([...ids].join(','))}`);

async function orderAndCustomer(pool: Pool, { id }: { id: string }): Promise<object> {
  const order = await get<Order>(pool, `/orders/orders/${encodeURIComponent(id)}`);
  const [found] = await customersOf(pool, [order.customerId]);
  return {
    order: { ...eightFields(order), customer: found ? { name: found.name, email: found.email } : null },
  };
}

function eightFields(order: Order): Order {
  const { id, status, total, currency, customerId, createdAt, note, isGift } = order;
  return { id, status, total, currency, customerId, createdAt, note, isGift };
}

async function orders(pool: Pool, { page }: { page: number }): Promise<object> {
  return { orders: (await get<Order[]>(pool, `/orders/orders?page=${page}`)).map(eightFields) };
}

async function invoices(pool: Pool, { page }: { page: number }): Promise<object> {
  const found = await get<Invoice[]>(pool, `/orders/invoices?page=${page}`);
  const ids = new Set(found.map(({ customerId }) => customerId));
  const skus = new Set(found.flatMap(({ lines }) => lines.map(({ sku }) => sku)));
  const [customers, products] = await Promise.all([customersOf(pool, ids), productsOf(pool, skus)]);
  const customerById = new Map(customers.map(({ id, name, email, city }) => [id, { id, name, email, city }]));
  return {
    invoices: found.map(({ id, number, issuedAt, currency, total, customerId, lines }) => ({
      id,
      number,
      issuedAt,
      currency,
      total,
      customer: customerById.get(customerId) ?? null,
      lines: lines.map(({ quantity, unitPrice, sku }) => ({
        quantity,
        unitPrice,
        product: products.get(sku) ?? null,
      })),
    })),
  };
}

/** Products with their stock. */
async function productsOf(pool: Pool, skus: Iterable<string>): Promise<Map<string, object>> {
  const list = encodeURIComponent([...skus].join(','));
  const products = await get<Product[]>(pool, `/products/products?skus=${list}`);
  // As a gateway does: the stock is asked for by what the products are.
  const asked = encodeURIComponent(products.map(({ sku }) => sku).join(','));
  const levels = await get<StockLevel[]>(pool, `/stock/levels?skus=${asked}`);
  const levelOf = new Map(levels.map(({ sku, available, warehouse }) => [sku, { available, warehouse }]));
  return new Map(
    products.map(({ sku, name, brand, description }) => [
      sku,
      { sku, name, brand, description, stock: levelOf.get(sku) ?? null },
    ]),
  );
}

async function eightServices(pool: Pool, variables: { id: string; sku: string }): Promise<object> {
  const id = encodeURIComponent(variables.id);
  const sku = encodeURIComponent(variables.sku);
  const single = async (path: string) => {
    const { id: own, status, amount, updatedAt, note } = await get<Single>(pool, `${path}/${id}`);
    return { id: own, status, amount, updatedAt, note };
  };
  const [order, customer, product, stockLevel, payment, shipment, coupon, message] = await Promise.all([
    get<Order>(pool, `/orders/orders/${id}`).then(eightFields),
    get<Customer>(pool, `/customers/customers/${id}`),
    get<Product>(pool, `/products/products/${sku}`),
    get<StockLevel>(pool, `/stock/levels/${sku}`),
    single('/payments/payments'),
    single('/shipping/shipments'),
    single('/coupons/coupons'),
    single('/messages/messages'),
  ]);
  return { order, customer, product, stockLevel, payment, shipment, coupon, message };
}

async function placeOrder(pool: Pool, { input }: { input: object }): Promise<object> {
  const { body } = await pool.request({
    method: 'POST',
    path: '/orders/orders',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const { id, status, total, customerId } = JSON.parse(await body.text()) as Order;
  const [found] = await customersOf(pool, [customerId]);
  return { createOrder: { id, status, total, customer: found ? { name: found.name } : null } };
}

const byScenario: Readonly<Record<string, Handler>> = {
  small: orderAndCustomer,
  list: orders,
  deep: invoices,
  wide: eightServices,
  mutation: placeOrder,
  slow: orderAndCustomer,
};

/** The handler of each scenario, by the text of its document. */
export const handlers: ReadonlyMap<string, Handler> = new Map(
  scenarios.flatMap(({ name, document }) => {
    const handler = byScenario[name];
    return handler ? [[document(sluiceNames), handler] as const] : [];
  }),
);
