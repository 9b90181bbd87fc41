import { createServer } from 'node:http';

/**
 * A REST service that costs as little as it can: its answers are made once. Sends its port to the parent process.
 */
const order = (number: number) => ({
  id: `ord_${number}`,
  status: 'PAID',
  total: 12.5 + number,
  currency: 'EUR',
  customerId: `cus_${number % 7}`,
  createdAt: '2026-11-22T10:00:00Z',
  note: `Please leave parcel ${number} with the neighbours`,
  isGift: number % 2 === 0,
});
const customer = (number: number) => ({
  id: `cus_${number}`,
  name: `Customer ${number}`,
  email: `customer${number}@example.com`,
});
const many = (make: (number: number) => object, count: number) =>
  Buffer.from(JSON.stringify(Array.from({ length: count }, (_, index) => make(index))));

const one = Buffer.from(JSON.stringify(order(1)));
const oneCustomer = Buffer.from(JSON.stringify([customer(1)]));
const orders = many(order, 100);
const customers = many(customer, 7);

function answerTo(url: string): Buffer {
  if (url.startsWith('/orders')) return url === '/orders' ? orders : one;
  return url.includes('cus_0') ? customers : oneCustomer;
}

const server = createServer((request, response) => {
  const body = answerTo(request.url ?? '');
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(address.port);
});
process.once('disconnect', () => process.exit());
