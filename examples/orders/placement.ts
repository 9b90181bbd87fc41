import { readFields } from '../shared/fields.ts';
import { problem } from '../shared/problem.ts';
import { callRest, type RestAnswer } from '../shared/rest-call.ts';
import { totalOf, type Order } from './order.ts';

const LINES_MAX = 100;

type NewOrder = Pick<Order, 'customerId' | 'note'> & { lines: { sku: string; quantity: number }[] };

/** The services that are asked before an order is accepted. */
export type PlacementPeers = { customers: string; inventory: string };

/**
 * Turns the body of a request into an order at today's prices.
 *
 * Throws a 400 problem for a body that makes no sense, 422 for a customer or an item that nobody knows, and 503 when
 * the services that know them do not answer.
 */
export async function placeOrder({
  body,
  id,
  peers,
}: {
  body: unknown;
  id: () => string;
  peers: PlacementPeers;
}): Promise<Order> {
  const { customerId, lines, note } = readNewOrder(body);
  const [, prices] = await Promise.all([checkCustomer(customerId, peers), readPrices(lines, peers)]);
  const priced = lines.map((line) => ({
    ...line,
    unitPrice: prices.get(line.sku) ?? failUnknownItem(line.sku),
  }));
  const now = new Date().toISOString();
  return {
    id: id(),
    customerId,
    status: 'pending',
    total: totalOf(priced),
    currency: 'EUR',
    lines: priced,
    ...(note === undefined ? {} : { note }),
    createdAt: now,
    updatedAt: now,
  };
}

function readNewOrder(body: unknown): NewOrder {
  const fields = readFields(body);
  return {
    customerId: fields.text('customerId'),
    lines: fields.list('lines', { min: 1, max: LINES_MAX }).map((entry, index) => {
      const line = readFields(entry, `lines[${index}]`);
      return { sku: line.text('sku'), quantity: line.integer('quantity', { min: 1 }) };
    }),
    ...(fields.has('note') ? { note: fields.textOrNull('note') } : {}),
  };
}

async function checkCustomer(customerId: string, peers: PlacementPeers): Promise<void> {
  const { status } = await ask('customers', `${peers.customers}/customers/${encodeURIComponent(customerId)}`);
  if (status === 404) throw problem({ status: 422, detail: `There is no customer ${customerId}` });
  if (status !== 200) throw unavailable('customers');
}

async function readPrices(lines: NewOrder['lines'], peers: PlacementPeers): Promise<Map<string, number>> {
  const skus = new Set(lines.map(({ sku }) => encodeURIComponent(sku)));
  const { status, body } = await ask('inventory', `${peers.inventory}/items?skus=${[...skus].join(',')}`);
  if (status !== 200) throw unavailable('inventory');
  return new Map((body as { sku: string; unit_price: number }[]).map((item) => [item.sku, item.unit_price]));
}

async function ask(name: string, url: string): Promise<RestAnswer> {
  return callRest({ url }).catch(() => {
    throw unavailable(name);
  });
}

function unavailable(name: string): Error {
  return problem({ status: 503, detail: `The ${name} service does not answer; try again later` });
}

function failUnknownItem(sku: string): never {
  throw problem({ status: 422, detail: `There is no item ${sku}` });
}
