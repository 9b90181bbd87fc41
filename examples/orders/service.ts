import type { Express } from 'express';
import { createBackgroundWork } from '../shared/background-work.ts';
import { readFields } from '../shared/fields.ts';
import { createHttpService } from '../shared/http-service.ts';
import { readOpenApiDocument } from '../shared/openapi-document.ts';
import { problem } from '../shared/problem.ts';
import { queryList, queryOneOf, queryPage } from '../shared/query.ts';
import type { WebhookSenderOptions } from '../shared/webhook-sender.ts';
import { fulfil, type FulfilmentPeers } from './fulfilment.ts';
import { NEXT_STATUSES, ORDER_STATUSES, SEED_ORDERS, type Order, type OrderStatus } from './order.ts';
import { placeOrder, type PlacementPeers } from './placement.ts';
import { createOrderSubscriptions } from './subscriptions.ts';

/**
 * The orders service: takes orders, has them fulfilled by inventory and payments, and tells subscribers about them.
 *
 * @param options.peers URLs of the other services, read at each call
 * @param options.webhooks how deliveries are tried and tried again
 * @param options.log takes a line about work that failed after its request was answered
 */
export function createOrdersService({
  peers,
  webhooks = {},
  log = () => {},
}: {
  peers: PlacementPeers & FulfilmentPeers;
  webhooks?: Omit<WebhookSenderOptions, 'targets' | 'onGone'>;
  log?: (line: string) => void;
}) {
  const orders = new Map(SEED_ORDERS.map((order) => [order.id, order]));
  const subscriptions = createOrderSubscriptions({ webhooks: { log, ...webhooks } });
  const background = createBackgroundWork({ log });
  let lastOrder = 1000 + orders.size;

  function nextOrderId(): string {
    lastOrder += 1;
    return `ord_${lastOrder}`;
  }

  function findOrder(orderId: string): Order {
    const order = orders.get(orderId);
    if (!order) throw problem({ status: 404, detail: `There is no order ${orderId}` });
    return order;
  }

  function changeStatus(order: Order, status: OrderStatus): Order {
    if (!NEXT_STATUSES[order.status].includes(status)) {
      throw problem({ status: 409, detail: `An order that is ${order.status} can not become ${status}` });
    }
    const changed = { ...order, status, updatedAt: new Date().toISOString() };
    orders.set(changed.id, changed);
    subscriptions.tell('orderStatusChanged', changed);
    return changed;
  }

  async function follow(order: Order, signal: AbortSignal): Promise<void> {
    const result = await fulfil({ order, peers, signal });
    if (result === 'out of stock') changeStatus(findOrder(order.id), 'cancelled');
  }

  function orderRoutes(app: Express): void {
    app.get('/orders', (request, response) => {
      const customerIds = queryList(request.query, 'customerIds');
      const wanted = queryOneOf(request.query, 'status', ORDER_STATUSES);
      const found = [...orders.values()]
        .filter(({ customerId }) => !customerIds || customerIds.has(customerId))
        .filter(({ status }) => !wanted || status === wanted)
        .toReversed();
      response.json(queryPage(request.query, found));
    });

    app.post('/orders', async (request, response) => {
      const order = await placeOrder({ body: request.body, id: nextOrderId, peers });
      orders.set(order.id, order);
      response.status(201).json(order);
      subscriptions.tell('orderCreated', order);
      background.run(`fulfilling ${order.id}`, (signal) => follow(order, signal));
    });

    app.get('/orders/:orderId', (request, response) => {
      response.json(findOrder(request.params.orderId));
    });

    app.patch('/orders/:orderId/status', (request, response) => {
      const order = findOrder(request.params.orderId);
      response.json(changeStatus(order, readFields(request.body).oneOf('status', ORDER_STATUSES)));
    });
  }

  const service = createHttpService({
    document: readOpenApiDocument(new URL('openapi.yaml', import.meta.url)),
    routes(app) {
      orderRoutes(app);
      subscriptions.routes(app);
    },
    async release() {
      await background.close();
      await subscriptions.sender.close();
    },
  });
  return { ...service, webhooks: subscriptions.sender };
}
