import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The REST services of the store: all in one process, each under a path of its own. Every answer is made once and kept
 * by its URL, or by the body of a POST, so that they cost as little as they can. Sends its port to the parent process.
 *
 * What has an id that begins with `slow` takes 50 ms. `GET /calls` answers how many calls there were before.
 */
const slowMs = 50;
const count = { orders: 100, invoices: 60, linesPerInvoice: 4, products: 40, customers: 15 };
const numbers = (length: number) => Array.from({ length }, (_, index) => index);

const order = (id: string, number = 1, customerId = id.replace('ord', 'cus')) => ({
  id,
  status: 'PAID',
  total: 12.5 + number,
  currency: 'EUR',
  customerId,
  createdAt: '2026-11-22T10:00:00.000Z',
  note: `Please leave parcel ${number} with the neighbours`,
  isGift: number % 2 === 0,
});

/** A page has other things in another order, and as many bytes as the others. */
const invoice = (number: number, page: number) => ({
  id: `inv_${number}`,
  number: 20_260_000 + number,
  issuedAt: '2026-11-22T10:00:00.000Z',
  currency: 'EUR',
  total: 99.5 + number,
  customerId: `cus_${(number * 7 + page) % count.customers}`,
  lines: numbers(count.linesPerInvoice).map((line) => ({
    quantity: 1 + (line % 3),
    unitPrice: 9.95 + line,
    sku: `sku-${(number * count.linesPerInvoice + line * 11 + page) % count.products}`,
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
  '/orders/orders': (id) => order(id),
  '/customers/customers': customer,
  '/products/products': product,
  '/stock/levels': stockLevel,
  '/payments/payments': single('payment'),
  '/shipping/shipments': single('shipment'),
  '/coupons/coupons': single('coupon'),
  '/messages/messages': single('message'),
};

const lists: Readonly<Record<string, (page: number) => readonly object[]>> = {
  '/orders/orders': () => numbers(count.orders).map((number) => order(`ord_${number}`, number)),
  '/orders/invoices': (page) => numbers(count.invoices).map((number) => invoice(number, page)),
};

/** `/customers/customers?ids=a,b`, `/orders/orders?page=1`, or `/orders/orders/a`. */
function answerTo(url: string): object | undefined {
  const { pathname, searchParams } = new URL(url, 'http://store');
  const list = lists[pathname];
  if (list) return list(Number(searchParams.get('page')));
  const ids = [...searchParams.values()].flatMap((value) => value.split(','));
  const make = byId[pathname];
  if (ids.length > 0) return make && ids.map((id) => make(id));
  const slash = pathname.lastIndexOf('/');
  return byId[pathname.slice(0, slash)]?.(pathname.slice(slash + 1));
}

const answers = new Map<string, Buffer | undefined>();

function kept(key: string, make: (key: string) => object | undefined): Buffer | undefined {
  if (!answers.has(key)) {
    const answer = make(key);
    answers.set(key, answer && Buffer.from(JSON.stringify(answer)));
  }
  return answers.get(key);
}

/** The order that was placed by the body of a POST. */
function placed(body: string): object {
  const { customerId } = JSON.parse(body) as { customerId: string };
  return order('ord_new', 1, customerId);
}

function send(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

let calls = 0;

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '/' } = request;
  if (url === '/calls') return send(response, 200, Buffer.from(String(calls)));
  calls++;
  const body = method === 'POST' ? kept(await text(request), placed) : kept(url, answerTo);
  if (!body) return send(response, 404, Buffer.from('{}'));
  if (url.includes('slow')) await sleep(slowMs);
  send(response, method === 'POST' ? 201 : 200, body);
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  void respond(request, response);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    process.send?.({ ready: `http://127.0.0.1:${address.port}` });
});
