import { createServer } from 'node:http';

/**
 * A REST service over collections that the parent process sends: `GET /orders`, `/orders?limit=10`, `/orders/ord_1`,
 * `/orders?ids=ord_1,ord_2`, `/orders?customerIds=cus_1`. Each answer is made once, so that the service costs as little
 * as it can. Sends its port to the parent process.
 */
type Row = Readonly<Record<string, unknown>>;
export interface Collection {
  /** The property by which one row is found. */
  key: string;
  rows: readonly Row[];
}
export type Collections = Readonly<Record<string, Collection>>;

const answers = new Map<string, Buffer | undefined>();

function answerTo(url: string, collections: Collections): Buffer | undefined {
  if (!answers.has(url)) {
    const found = find(new URL(url, 'http://localhost'), collections);
    answers.set(url, found === undefined ? undefined : Buffer.from(JSON.stringify(found)));
  }
  return answers.get(url);
}

function find({ pathname, searchParams }: URL, collections: Collections): unknown {
  const [, name = '', id] = pathname.split('/');
  const collection = collections[name];
  if (!collection) return undefined;
  const { key, rows } = collection;
  if (id !== undefined) return rows.find((row) => row[key] === decodeURIComponent(id));
  let found = rows;
  for (const [parameter, value] of searchParams) {
    const field = [parameter, parameter.replace(/s$/, '')].find((name) => name in (rows[0] ?? {}));
    if (field === undefined) continue;
    const values = new Set(value.split(','));
    found = found.filter((row) => values.has(String(row[field])));
  }
  const limit = searchParams.get('limit');
  return limit === null ? found : found.slice(0, Number(limit));
}

process.once('message', (collections: Collections) => {
  const server = createServer(({ url = '' }, response) => {
    const body = answerTo(url, collections);
    response.writeHead(body ? 200 : 404, {
      'content-type': 'application/json',
      'content-length': body?.length ?? 0,
    });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.send?.(address.port);
  });
});
process.once('disconnect', () => process.exit());
