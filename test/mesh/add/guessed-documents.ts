/** Documents as they are, and the subgraph.yaml that is written for a subgraph called shop. */
export interface GuessedDocument {
  readonly source: string;
  readonly expected: Readonly<Record<string, unknown>>;
  /** What has to be set. */
  readonly variables: readonly string[];
}

const signed = { verify: { scheme: 'standard-webhooks', secret: '${SHOP_WEBHOOK_SECRET}' } };
const secret = 'SHOP_WEBHOOK_SECRET';

export const guessedDocuments: readonly GuessedDocument[] = [
  {
    source: 'examples/customers/openapi.yaml',
    expected: {
      endpoint: '${SHOP_URL:-http://127.0.0.1:4104}',
      entities: {
        Customer: { key: 'id', resolve: { operation: 'listCustomers', argument: 'ids', max: 100 } },
      },
    },
    variables: [],
  },
  {
    source: 'examples/inventory/openapi.yaml',
    expected: {
      endpoint: '${SHOP_URL:-http://127.0.0.1:4103}',
      entities: { Item: { key: 'sku', resolve: { operation: 'list_items', argument: 'skus', max: 100 } } },
      webhookDefaults: signed,
      webhooks: {
        stockDeducted: { match: { pointer: '/event', equals: 'stock_deducted' } },
        stockLow: { match: { pointer: '/event', equals: 'stock_low' } },
      },
    },
    variables: [secret],
  },
  {
    source: 'examples/orders/openapi.yaml',
    expected: {
      endpoint: '${SHOP_URL:-http://127.0.0.1:4101}',
      entities: {
        Order: { key: 'id', resolve: { operation: 'getOrder', argument: 'orderId' } },
        WebhookSubscription: {
          key: 'id',
          resolve: { operation: 'getSubscription', argument: 'subscriptionId' },
        },
      },
      webhookDefaults: signed,
      webhooks: {
        orderCreated: { entity: 'Order', subject: '/id' },
        orderStatusChanged: { entity: 'Order', subject: '/id' },
      },
    },
    variables: [secret],
  },
  {
    source: 'examples/payments/openapi.yaml',
    expected: {
      endpoint: '${SHOP_URL:-http://127.0.0.1:4102}',
      entities: { Payment: { key: 'id', resolve: { operation: 'listPayments', argument: 'ids', max: 100 } } },
      webhookDefaults: signed,
      webhooks: {
        paymentConfirmed: {
          entity: { type: 'Payment', at: '/data' },
          subject: '/data/id',
          match: { pointer: '/type', equals: 'payment.confirmed' },
        },
        paymentFailed: {
          entity: { type: 'Payment', at: '/data' },
          subject: '/data/id',
          match: { pointer: '/type', equals: 'payment.failed' },
        },
      },
    },
    variables: [secret],
  },
  {
    source: 'test/fixtures/museum/openapi.yaml',
    expected: {
      endpoint: '${SHOP_URL:-https://redocly.com/_mock/docs/openapi/museum-api}',
      entities: {
        SpecialEvent: { key: 'eventId', resolve: { operation: 'getSpecialEvent', argument: 'eventId' } },
      },
      webhookDefaults: signed,
      webhooks: { publishNewEvent: { entity: 'SpecialEvent', subject: '/eventId' } },
    },
    variables: [secret],
  },
  {
    source: 'test/fixtures/oai-callback-example-3.0/openapi.yaml',
    expected: { endpoint: '${SHOP_URL}', webhookDefaults: signed, webhooks: { onData: {} } },
    variables: ['SHOP_URL', secret],
  },
  {
    source: 'test/fixtures/oai-tictactoe-3.1/openapi.yaml',
    expected: {
      endpoint: '${SHOP_URL}',
      webhookDefaults: signed,
      webhooks: { markStatus: {}, statusCallback: {} },
    },
    variables: ['SHOP_URL', secret],
  },
  {
    source: 'test/fixtures/oai-webhook-example-3.1/openapi.yaml',
    expected: { webhookDefaults: signed, webhooks: { newPet: {} } },
    variables: [secret],
  },
];
