export const PAYMENT_METHODS = ['card', 'transfer'] as const;

/** Money for an order. */
export type Payment = {
  id: string;
  orderId: string;
  amount: number;
  currency: string;
  method: (typeof PAYMENT_METHODS)[number];
  status: 'pending' | 'confirmed' | 'failed';
  failureReason: string | null;
  createdAt: string;
};

/** The payments that the service starts with. */
export const SEED_PAYMENTS: readonly Payment[] = [
  seed({ id: 'pay_5001', orderId: 'ord_1001', amount: 222.65, createdAt: '2026-01-12T09:30:01.000Z' }),
  seed({
    id: 'pay_5002',
    orderId: 'ord_1002',
    amount: 543.8,
    createdAt: '2026-01-14T17:05:01.000Z',
    method: 'transfer',
  }),
  seed({ id: 'pay_5003', orderId: 'ord_1003', amount: 38.7, createdAt: '2026-01-20T11:45:01.000Z' }),
  seed({ id: 'pay_5004', orderId: 'ord_1004', amount: 838.5, createdAt: '2026-02-02T08:10:01.000Z' }),
  seed({
    id: 'pay_5005',
    orderId: 'ord_1005',
    amount: 12450,
    createdAt: '2026-02-10T14:20:01.000Z',
    status: 'failed',
    failureReason: 'limit_exceeded',
  }),
];

function seed(payment: Pick<Payment, 'id' | 'orderId' | 'amount' | 'createdAt'> & Partial<Payment>): Payment {
  return { currency: 'EUR', method: 'card', status: 'confirmed', failureReason: null, ...payment };
}
