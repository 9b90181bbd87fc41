/** A service that fails each of many objects makes as many errors; an answer tells the first of them. */
import { json } from '../../mesh/recording-service.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';
import { startSmallGateway, type SmallGateway } from '../small-gateway.ts';

let gateway: SmallGateway;
beforeAll(async () => {
  gateway = await startSmallGateway();
});
afterAll(() => gateway.close());

interface Answer {
  data: { orders: { id: string; address: { city: string | null } }[] };
  errors?: { message: string; path?: unknown; extensions: { code: string; omitted?: number } }[];
}

const query = '{ orders { id address { city } } }';

async function post(): Promise<Answer> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

async function overWebSocket(): Promise<Answer> {
  const client = await connectWebSocket(gateway.url);
  const answer = await client.query(query);
  await client.close();
  return answer as unknown as Answer;
}

describe.each([
  { transport: 'POST', ask: post },
  { transport: 'WebSocket', ask: overWebSocket },
])('over $transport', ({ ask }) => {
  it.each([
    { broken: 1_000, told: 1_000, omitted: undefined },
    { broken: 1_001, told: 1_001, omitted: 1 },
    { broken: 2_500, told: 1_001, omitted: 1_500 },
  ])('$broken errors are $told', async ({ broken, told, omitted }) => {
    const cities = [...Array.from({ length: broken }, () => ({ not: 'a text' })), 'Ulm'];
    gateway.service.answer = json(cities.map((city) => ({ id: 'x', total: 1, address: { city } })));
    const { data, errors = [] } = await ask();
    expect(data.orders.map(({ address }) => address.city)).toEqual([
      ...Array.from({ length: broken }, () => null),
      'Ulm',
    ]);
    expect(errors).toHaveLength(told);
    expect(errors[999]).toMatchObject({ path: ['orders', 999, 'address', 'city'] });
    const last = errors.at(-1);
    if (omitted === undefined) expect(last?.extensions.code).not.toBe('ERRORS_OMITTED');
    else {
      expect(last).toEqual({
        message: `${omitted} more errors are not told`,
        extensions: { code: 'ERRORS_OMITTED', omitted },
      });
    }
  });
});
