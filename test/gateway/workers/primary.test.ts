import { spawnSync } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../../../events/logger.ts';
import { startWorkers, type Workers } from '../../../gateway/workers/primary.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** How a worker ends. */
const cases = [
  {
    id: 'a message that does not reach a worker that has just died',
    end: (worker: Worker) => {
      killUnnoticed(worker);
      // As Node hands over a connection: without a callback that would take the error.
      worker.process.send({ cmd: 'NODE_CLUSTER' });
    },
  },
  {
    id: 'a replacement that can not be started',
    end: (worker: Worker) => {
      cluster.setupPrimary({ cwd: `${here}missing` });
      cluster.once('fork', () => cluster.setupPrimary({ cwd: here }));
      worker.process.kill('SIGKILL');
    },
  },
];

let workers: Workers;

beforeEach(async () => {
  cluster.setupPrimary({ exec: `${here}ready-worker.mjs`, execArgv: [], args: [], cwd: here });
  workers = startWorkers({ count: 1, logger: silentLogger });
  await workers.started;
});
afterEach(async () => {
  expect(await workers.stop()).toEqual([{ code: 0, signal: null }]);
});

it.each(cases)('$id does not end the primary, and the worker is replaced', async ({ end }) => {
  const [first] = Object.values(cluster.workers ?? {});
  const ready = once(cluster, 'message');
  end(first as Worker);
  const [second] = (await ready) as [Worker];
  expect(second.id).toBeGreaterThan((first as Worker).id);
});

/** Returns when the process has ended, before this one can have been told. */
function killUnnoticed({ process: { pid } }: Worker): void {
  spawnSync('kill', ['-9', String(pid)]);
  const state = () => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  while (!state().startsWith('Z'));
}
