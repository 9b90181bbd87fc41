import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The REST services of the store: all in one process, each under a path of its own. Every answer is made once and kept
 * by its URL, so that they cost as little as they can. Sends its port to the parent process.
 *
 * What has an id that begins with `slow` takes 50 ms. `GET /calls` answers how many calls there were before.
 */
const slowMs = 50;
const count = { orders: 100, invoices: 60, linesPerInvoice: 4, products: 40, customers: 15 };
const numbers = (length: number) => Array.from({ length }, (_, index) => index);

const order = (id: string, number: number) => ({
  id,
  status: 'PAID',
  total: 12.5 + number,
  currency: 'EUR',
  customerId: id.startsWith('slow') ? 'slow_cus' : `cus_${number % count.customers}`,
  createdAt: '2026-11-22T10:00:00.000Z',
  note: `Please leave parcel ${number} with the neighbours`,
  isGift: number % 2 === 0,
});

const invoice = (number: number) => ({
  id: `inv_${number}`,
  number: 20_260_000 + number,
  issuedAt: '2026-11-22T10:00:00.000Z',
  currency: 'EUR',
  total: 99.5 + number,
  customerId: `cus_${(number * 7) % count.customers}`,
  lines: numbers(count.linesPerInvoice).map((line) => ({
    quantity: 1 + (line % 3),
    unitPrice: 9.95 + line,
    sku: `sku-${(number * count.linesPerInvoice + line * 11) % count.products}`,
  })),
});

const customer = (id: string) => ({ id, name: `Customer ${id}`, email: `${id}@example.com`, city: 'Aachen' });

const product = (sku: string) => ({
  sku,
  name: `Product ${sku}`,
  brand: 'Example & Sons',
  description: `What ${sku} is made of, what it is good for, how long it lasts, how it is cleaned and what comes in the box with it.`,
});

const stockLevel = (sku: string) => ({
  sku,
  available: sku.length * 7,
  warehouse: `Hall ${sku.length}, row 12`,
});

/** The services of which each has one thing to tell. */
const single = (kind: string) => (id: string) => ({
  id,
  status: 'DONE',
  amount: 42.5,
  updatedAt: '2026-11-22T10:00:00.000Z',
  note: `What there is to say about ${kind} ${id}`,
});

const byId: Readonly<Record<string, (id: string) => object>> = {
  '/orders/orders': (id) => order(id, 1),
  '/customers/customers': customer,
  '/products/products': product,
  '/stock/levels': stockLevel,
  '/payments/payments': single('payment'),
  '/shipping/shipments': single('shipment'),
  '/coupons/coupons': single('coupon'),
  '/messages/messages': single('message'),
};

const lists: Readonly<Record<string, () => readonly object[]>> = {
  '/orders/orders': () => numbers(count.orders).map((number) => order(`ord_${number}`, number)),
  '/orders/invoices': () => numbers(count.invoices).map(invoice),
};

/** `/customers/customers?ids=a,b`, `/orders/orders`, or `/orders/orders/a`. */
function answerTo(url: string): object | undefined {
  const { pathname, searchParams } = new URL(url, 'http://store');
  const ids = [...searchParams.values()].flatMap((value) => value.split(','));
  const make = byId[pathname];
  if (ids.length > 0) return make && ids.map(make);
  const list = lists[pathname];
  if (list) return list();
  const slash = pathname.lastIndexOf('/');
  return byId[pathname.slice(0, slash)]?.(pathname.slice(slash + 1));
}

const answers = new Map<string, Buffer | undefined>();
const created = Buffer.from(JSON.stringify(order('ord_1', 1)));

function kept(url: string): Buffer | undefined {
  if (!answers.has(url)) {
    const answer = answerTo(url);
    answers.set(url, answer && Buffer.from(JSON.stringify(answer)));
  }
  return answers.get(url);
}

function send(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

let calls = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const { method, url = '/' } = request;
  if (url === '/calls') {
    send(response, 200, Buffer.from(String(calls)));
    return;
  }
  calls++;
  if (method === 'POST') {
    // Read to its end first, as a service would.
    request.resume().once('end', () => send(response, 201, created));
    return;
  }
  const body = kept(url);
  if (!body) send(response, 404, Buffer.from('{}'));
  else if (url.includes('slow')) void sleep(slowMs).then(() => send(response, 200, body));
  else send(response, 200, body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    process.send?.({ ready: `http://127.0.0.1:${address.port}` });
});
