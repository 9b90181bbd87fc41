export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'paid',
  'payment_failed',
  'shipped',
  'cancelled',
] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

export type OrderLine = { sku: string; quantity: number; unitPrice: number };

/** What a customer has bought. */
export type Order = {
  id: string;
  customerId: string;
  status: OrderStatus;
  total: number;
  currency: string;
  lines: OrderLine[];
  note?: string | null;
  createdAt: string;
  updatedAt: string;
};

/** Where an order can go from where it stands. */
export const NEXT_STATUSES: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['confirmed', 'paid', 'payment_failed', 'cancelled'],
  confirmed: ['paid', 'payment_failed', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  payment_failed: ['paid', 'cancelled'],
  shipped: [],
  cancelled: [],
};

/** The sum of all lines, to the cent. */
export function totalOf(lines: OrderLine[]): number {
  const sum = lines.reduce((total, { quantity, unitPrice }) => total + quantity * unitPrice, 0);
  return Math.round(sum * 100) / 100;
}

/** The orders that the service starts with. */
export const SEED_ORDERS: readonly Order[] = [
  seed('ord_1001', 'cus_1', 'shipped', '2026-01-12T09:30:00.000Z', [
    ['KEYB-01', 2, 89.9],
    ['MOUS-01', 1, 29.95],
    ['CABL-01', 1, 12.9],
  ]),
  seed('ord_1002', 'cus_2', 'shipped', '2026-01-14T17:05:00.000Z', [
    ['DISP-01', 1, 329],
    ['DOCK-01', 1, 189],
    ['CABL-01', 2, 12.9],
  ]),
  seed('ord_1003', 'cus_1', 'shipped', '2026-01-20T11:45:00.000Z', [['CABL-01', 3, 12.9]]),
  seed('ord_1004', 'cus_3', 'paid', '2026-02-02T08:10:00.000Z', [
    ['DISP-02', 1, 649.5],
    ['DOCK-01', 1, 189],
  ]),
  seed('ord_1005', 'cus_4', 'payment_failed', '2026-02-10T14:20:00.000Z', [['DESK-01', 5, 2490]]),
  seed('ord_1006', 'cus_2', 'pending', '2026-02-18T19:00:00.000Z', [
    ['HEAD-01', 1, 99],
    ['CAMR-01', 1, 79.9],
  ]),
];

function seed(
  id: string,
  customerId: string,
  status: OrderStatus,
  createdAt: string,
  positions: [sku: string, quantity: number, unitPrice: number][],
): Order {
  const lines = positions.map(([sku, quantity, unitPrice]) => ({ sku, quantity, unitPrice }));
  return {
    id,
    customerId,
    status,
    total: totalOf(lines),
    currency: 'EUR',
    lines,
    createdAt,
    updatedAt: createdAt,
  };
}
