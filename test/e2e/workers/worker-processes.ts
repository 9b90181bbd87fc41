import { request } from 'undici';
import type { GatewayProcess } from '../../utils/gateway-process.ts';
import { until } from '../../utils/until.ts';

/**
 * Process ids by the numbers of the workers that run, which they tell in the log when they refuse a delivery. Asks over
 * new connections until as many as there should be have told.
 */
export async function workersOf(
  { url, output }: GatewayProcess,
  count: number,
): Promise<ReadonlyMap<number, number>> {
  const { length } = output.stdout;
  return until(`${count} workers refuse a delivery`, async () => {
    const { body } = await request(`${url}/webhooks/inventory`, { method: 'POST', body: '{}', reset: true });
    await body.dump();
    const workers = new Map(
      Array.from(
        output.stdout.slice(length).matchAll(/"pid":(\d+),.*"worker":(\d+),.*delivery refused/g),
        ([, pid, worker]) => [Number(worker), Number(pid)],
      ),
    );
    return workers.size === count && workers;
  });
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
