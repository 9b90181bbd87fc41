import { createBackgroundWork } from '../shared/background-work.ts';
import { readFields } from '../shared/fields.ts';
import { createHttpService } from '../shared/http-service.ts';
import { readOpenApiDocument } from '../shared/openapi-document.ts';
import { problem } from '../shared/problem.ts';
import { queryList } from '../shared/query.ts';
import { callRest } from '../shared/rest-call.ts';
import {
  createWebhookSender,
  type WebhookSenderOptions,
  type WebhookTarget,
} from '../shared/webhook-sender.ts';
import { PAYMENT_METHODS, SEED_PAYMENTS, type Payment } from './payment.ts';

const CURRENCY = /^[A-Z]{3}$/;

/**
 * The payments service: collects money and tells whether that worked.
 *
 * @param options.peers URLs of the other services, read at each call
 * @param options.amountMax payments above it fail @default 10000
 * @param options.webhookTargets who is told
 * @param options.webhooks how deliveries are tried and tried again
 * @param options.log takes a line about work that failed after its request was answered
 */
export function createPaymentsService({
  peers,
  amountMax = 10_000,
  webhookTargets = [],
  webhooks = {},
  log = () => {},
}: {
  peers: { orders: string };
  amountMax?: number;
  webhookTargets?: readonly WebhookTarget[];
  webhooks?: Omit<WebhookSenderOptions, 'targets'>;
  log?: (line: string) => void;
}) {
  const payments = new Map(SEED_PAYMENTS.map((payment) => [payment.id, payment]));
  const sender = createWebhookSender({ log, ...webhooks, targets: webhookTargets });
  const background = createBackgroundWork({ log });

  /** Decides about a payment, tells the webhook targets, and then the orders service. */
  async function settle(pending: Payment, signal: AbortSignal): Promise<void> {
    const fails = pending.amount > amountMax;
    const payment: Payment = {
      ...pending,
      status: fails ? 'failed' : 'confirmed',
      failureReason: fails ? 'limit_exceeded' : null,
    };
    payments.set(payment.id, payment);
    sender.send({
      event: fails ? 'paymentFailed' : 'paymentConfirmed',
      body: {
        type: fails ? 'payment.failed' : 'payment.confirmed',
        timestamp: new Date().toISOString(),
        data: payment,
      },
    });
    const { status } = await callRest({
      method: 'PATCH',
      url: `${peers.orders}/orders/${encodeURIComponent(payment.orderId)}/status`,
      body: { status: fails ? 'payment_failed' : 'paid' },
      signal,
    });
    if (status !== 200) log(`orders answered ${status} to the payment of ${payment.orderId}`);
  }

  const service = createHttpService({
    document: readOpenApiDocument(new URL('openapi.yaml', import.meta.url)),
    routes(app) {
      app.get('/payments', (request, response) => {
        const orderIds = queryList(request.query, 'orderIds');
        const ids = queryList(request.query, 'ids');
        const found = [...payments.values()]
          .filter(({ id, orderId }) => (!ids || ids.has(id)) && (!orderIds || orderIds.has(orderId)))
          .toReversed();
        response.json(found);
      });

      app.get('/payments/:paymentId', (request, response) => {
        const { paymentId } = request.params;
        const payment = payments.get(paymentId);
        if (!payment) throw problem({ status: 404, detail: `There is no payment ${paymentId}` });
        response.json(payment);
      });

      app.post('/payments', (request, response) => {
        const payment = readNewPayment(request.body, `pay_${5001 + payments.size}`);
        payments.set(payment.id, payment);
        response.status(201).json(payment);
        background.run(`settling ${payment.id}`, (signal) => settle(payment, signal));
      });
    },
    async release() {
      await background.close();
      await sender.close();
    },
  });
  return { ...service, webhooks: sender };
}

function readNewPayment(body: unknown, id: string): Payment {
  const fields = readFields(body);
  return {
    id,
    orderId: fields.text('orderId'),
    amount: fields.amount('amount'),
    currency: fields.textLike('currency', CURRENCY, 'three capital letters'),
    method: fields.has('method') ? fields.oneOf('method', PAYMENT_METHODS) : 'card',
    status: 'pending',
    failureReason: null,
    createdAt: new Date().toISOString(),
  };
}
