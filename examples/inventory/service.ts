import type { Express } from 'express';
import { randomUUID } from 'node:crypto';
import { readFields } from '../shared/fields.ts';
import { createHttpService } from '../shared/http-service.ts';
import { readOpenApiDocument } from '../shared/openapi-document.ts';
import { problem } from '../shared/problem.ts';
import { queryList } from '../shared/query.ts';
import {
  createWebhookSender,
  type WebhookSenderOptions,
  type WebhookTarget,
} from '../shared/webhook-sender.ts';
import { SEED_ITEMS, withStock, type DeductionLine, type Item } from './item.ts';

const LINES_MAX = 100;

/**
 * The inventory service: knows what lies in the warehouses, and tells when stock is taken or runs low.
 *
 * @param options.webhookTargets who is told
 * @param options.webhooks how deliveries are tried and tried again
 */
export function createInventoryService({
  webhookTargets = [],
  webhooks = {},
}: {
  webhookTargets?: readonly WebhookTarget[];
  webhooks?: Omit<WebhookSenderOptions, 'targets'>;
} = {}) {
  const items = new Map(SEED_ITEMS.map((item) => [item.sku, item]));
  const sender = createWebhookSender({ ...webhooks, targets: webhookTargets });
  let deductions = 7000;

  function itemRoutes(app: Express): void {
    app.get('/items', (request, response) => {
      const skus = queryList(request.query, 'skus');
      const found = [...items.values()].filter(({ sku }) => !skus || skus.has(sku));
      response.json(found.sort((one, other) => one.display_name.localeCompare(other.display_name)));
    });

    app.get('/items/:sku', (request, response) => {
      response.json(findItem(request.params.sku));
    });

    app.put('/items/:sku/stock', (request, response) => {
      const item = withStock(
        findItem(request.params.sku),
        readFields(request.body).integer('units_on_hand', { min: 0 }),
      );
      items.set(item.sku, item);
      response.json(item);
    });
  }

  function deductionRoutes(app: Express): void {
    app.post('/deductions', (request, response) => {
      const { orderId, lines } = readNewDeduction(request.body);
      checkStock(lines);
      deductions += 1;
      response.status(201).json({ deduction_id: `ded_${deductions}`, order_id: orderId, lines });
      for (const line of lines) deduct(line, orderId);
    });
  }

  function findItem(sku: string): Item {
    const item = items.get(sku);
    if (!item) throw problem({ status: 404, detail: `There is no item ${sku}` });
    return item;
  }

  /** All or nothing: throws unless there is enough for all lines together. */
  function checkStock(lines: DeductionLine[]): void {
    const wanted = new Map<string, number>();
    for (const { sku, quantity } of lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
    for (const [sku, quantity] of wanted) {
      const item = items.get(sku);
      if (!item) throw problem({ status: 422, detail: `There is no item ${sku}` });
      if (item.units_on_hand < quantity) {
        throw problem({ status: 409, detail: `Only ${item.units_on_hand} of ${sku} are left` });
      }
    }
  }

  function deduct({ sku, quantity }: DeductionLine, orderId: string): void {
    const before = findItem(sku);
    const item = withStock(before, before.units_on_hand - quantity);
    items.set(sku, item);
    const facts = { sku, units_left: item.units_on_hand, occurred_at: item.updated_at };
    sender.send({
      event: 'stockDeducted',
      body: { event: 'stock_deducted', event_id: randomUUID(), order_id: orderId, quantity, ...facts },
    });
    if (item.units_on_hand > item.reorder_level) return;
    sender.send({
      event: 'stockLow',
      body: { event: 'stock_low', event_id: randomUUID(), reorder_level: item.reorder_level, ...facts },
    });
  }

  const service = createHttpService({
    document: readOpenApiDocument(new URL('openapi.yaml', import.meta.url)),
    routes(app) {
      itemRoutes(app);
      deductionRoutes(app);
    },
    release: () => sender.close(),
  });
  return { ...service, webhooks: sender };
}

function readNewDeduction(body: unknown): { orderId: string; lines: DeductionLine[] } {
  const fields = readFields(body);
  return {
    orderId: fields.text('order_id'),
    lines: fields.list('lines', { min: 1, max: LINES_MAX }).map((entry, index) => {
      const line = readFields(entry, `lines[${index}]`);
      return { sku: line.text('sku'), quantity: line.integer('quantity', { min: 1 }) };
    }),
  };
}
