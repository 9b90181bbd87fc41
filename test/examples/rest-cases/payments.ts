import { detail, ids, some, type RestCase } from './rest-case.ts';

export const PAYMENTS_CASES: RestCase[] = [
  {
    sentence: 'lists payments, newest first',
    operation: 'listPayments',
    status: 200,
    expected: ids('id', ['pay_5005', 'pay_5004', 'pay_5003', 'pay_5002', 'pay_5001']),
  },
  {
    sentence: 'finds those of several orders, without the unknown ones',
    operation: 'listPayments',
    query: { orderIds: 'ord_1001,ord_1002,ord_0' },
    status: 200,
    expected: ids('orderId', ['ord_1002', 'ord_1001']),
  },
  {
    sentence: 'finds several by id',
    operation: 'listPayments',
    query: { ids: 'pay_5001,pay_5003' },
    status: 200,
    expected: ids('id', ['pay_5003', 'pay_5001']),
  },
  {
    sentence: 'reads one',
    operation: 'getPayment',
    path: { paymentId: 'pay_5005' },
    status: 200,
    expected: some({ status: 'failed', failureReason: 'limit_exceeded' }),
  },
  {
    sentence: 'does not find an unknown one',
    operation: 'getPayment',
    path: { paymentId: 'pay_0' },
    status: 404,
  },
  {
    sentence: 'starts one',
    operation: 'createPayment',
    body: { orderId: 'ord_0', amount: 12.5, currency: 'EUR', method: 'transfer' },
    status: 201,
    expected: some({ id: 'pay_5006', status: 'pending', failureReason: null }),
  },
  {
    sentence: 'refuses to collect nothing',
    operation: 'createPayment',
    body: { orderId: 'ord_0', amount: 0, currency: 'EUR' },
    status: 400,
    expected: detail('amount must be a number above 0'),
  },
  {
    sentence: 'refuses an unknown method',
    operation: 'createPayment',
    body: { orderId: 'ord_0', amount: 1, currency: 'EUR', method: 'cash' },
    status: 400,
    expected: detail('method must be one of card, transfer'),
  },
];
