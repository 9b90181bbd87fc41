/** An event as its service sends it. All are equally long: numbers have six digits. */
export function orderEvent(number: number) {
  return {
    id: `ord_${number}`,
    customerId: 'cus_1042',
    status: 'pending',
    total: 539.4,
    currency: 'EUR',
    lines: [1, 2, 3, 4].map((line) => ({ sku: `KEYB-0${line}`, quantity: line, unitPrice: 53.94 })),
    note: 'Please ring twice',
    createdAt: '2026-01-12T09:30:00.000Z',
  };
}

/** The number of the first event. */
export const firstNumber = 100_000;

/** What every subscriber asks for. */
export const subscription =
  'subscription { orderCreated { id status total currency lines { sku quantity unitPrice } } }';

/** The JSON of `data` that a subscriber gets. */
export function orderData(number: number): string {
  const { id, status, total, currency, lines } = orderEvent(number);
  return JSON.stringify({ orderCreated: { id, status, total, currency, lines } });
}

const idStart = Buffer.from('"id":"ord_');
const digits = 6;

/** The number of the order in a message. @returns NaN when there is none */
export function orderNumber(message: Buffer): number {
  const start = message.indexOf(idStart);
  if (start === -1) return Number.NaN;
  const from = start + idStart.length;
  return Number(message.toString('latin1', from, from + digits));
}
