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

const one = Buffer.from(JSON.stringify(order(1)));
const list = Buffer.from(JSON.stringify(Array.from({ length: 100 }, (_, index) => order(index))));

const server = createServer((request, response) => {
  const body = request.url?.startsWith('/orders/') ? one : list;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(address.port);
});
process.once('disconnect', () => process.exit());
