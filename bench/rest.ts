import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pino from 'pino';
import { Pool } from 'undici';
import { createSubgraphExecutor } from '../gateway/execution/subgraph-executor.ts';
import { loadSubgraphs } from '../mesh/load-subgraphs.ts';
import { createSubgraphContext } from '../mesh/subgraph-context.ts';
import { measureCpu, type Contender } from './cpu.ts';
import type { Report, Result } from './report.ts';

const fields = 'id status total currency customerId createdAt note isGift';

const scenarios = [
  {
    scenario: 'one object of 8 fields',
    path: '/orders/ord_1',
    operation: `query ($id: String!) { order(id: $id) { ${fields} } }`,
    variables: { id: 'ord_1' },
    root: 'order',
    operationsPerRound: 20_000,
  },
  {
    scenario: 'list of 100 objects of 8 fields',
    path: '/orders',
    operation: `{ orders { ${fields} } }`,
    variables: {},
    root: 'orders',
    operationsPerRound: 4_000,
  },
] as const;

const method = `CPU of one field that a REST call answers, from operation and variables to the bytes of the answer, in the
process that makes the call. The reference does the same by hand: \`undici\` (\`Pool.request\`), \`JSON.parse\`,
\`JSON.stringify\`. Both write the same bytes, which is checked. The service runs in a process of its own and answers from
memory; 16 operations are under way at a time.`;

/** What a field costs that a REST call answers, beside a call and a projection by hand. */
export async function restBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const service = fork(join(import.meta.dirname, 'services/shop.ts'));
  const [port] = (await once(service, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const pool = new Pool(url, { connections: 64 });
  const folder = join(import.meta.dirname, 'subgraphs');
  const { subgraphs, problems } = await loadSubgraphs({ dir: folder, env: { SHOP_URL: url } });
  const [subgraph] = subgraphs;
  if (!subgraph) throw new Error(problems[0]?.message ?? 'there is no subgraph');
  const execute = createSubgraphExecutor({ ...subgraph, logger: pino({ level: 'silent' }) });
  try {
    const results: Result[] = [];
    for (const { scenario, path, operation, variables, root, operationsPerRound } of scenarios) {
      const byHand = async () => {
        const { body } = await pool.request({ method: 'GET', path });
        return JSON.stringify({ data: { [root]: JSON.parse(await body.text()) as unknown } });
      };
      const bySluice = async () =>
        JSON.stringify(await execute({ operation, variables, context: createSubgraphContext({}) }));
      const contenders: Contender[] = [
        { name: 'by hand', operate: byHand },
        { name: 'Sluice', operate: bySluice },
      ];
      const [expected, actual] = [await byHand(), await bySluice()];
      if (expected !== actual) throw new Error(`the answers differ:\n${expected}\n${actual}`);
      const measured = await measureCpu({ contenders, rounds, operationsPerRound, concurrency: 16 });
      results.push(...measured.map((result) => ({ scenario, ...result })));
    }
    return { title: 'A field that REST answers', method, rounds, results };
  } finally {
    await subgraph.close();
    await pool.close();
    service.disconnect();
  }
}
