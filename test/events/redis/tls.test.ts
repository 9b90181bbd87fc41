import type { EventLog } from '../../../events/event-log.ts';
import { openEventLog } from '../../../events/open.ts';
import { makeCertificates, type Certificates } from '../../utils/certificates.ts';
import { freePort } from '../../utils/free-port.ts';
import { startRedisCluster } from '../../utils/redis-cluster.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { createCollector, deliveries } from '../deliveries.ts';

let certificates: Certificates;
let server: RedisServer;
let tlsPort: number;

beforeAll(async () => {
  certificates = await makeCertificates();
  tlsPort = await freePort();
  server = await startRedisServer({ appendOnly: true, args: tlsArgs(tlsPort) });
});
afterAll(async () => {
  await server.close();
  await certificates.close();
});

function tlsArgs(port: number): string[] {
  const { ca, server: own } = certificates;
  const files = ['--tls-cert-file', own.cert, '--tls-key-file', own.key, '--tls-ca-cert-file', ca.cert];
  return ['--tls-port', String(port), ...files];
}

/** Query parameters that name all files. */
function parameters(): string {
  const { ca, client } = certificates;
  return String(new URLSearchParams({ cacert: ca.cert, cert: client.cert, key: client.key }));
}

async function expectToWork(log: EventLog, detail: string): Promise<void> {
  const { collect, reached } = createCollector();
  await log.subscribe('orders', collect);
  await log.append(deliveries(3));
  await reached(3);
  expect(await log.status()).toEqual({ available: true, detail });
}

async function usedAndClosed(url: string, use: (log: EventLog) => Promise<void>): Promise<void> {
  const log = await openEventLog({ url });
  try {
    await use(log);
  } finally {
    await log.close();
  }
}

test('rediss: with the authority and a certificate of its own works', async () => {
  await usedAndClosed(`rediss://127.0.0.1:${tlsPort}?${parameters()}`, (log) =>
    expectToWork(log, `Redis 127.0.0.1:${tlsPort}`),
  );
});

test.each([
  ['an authority that is not known', () => '', /certificate/i],
  ['no certificate of its own', () => `?cacert=${certificates.ca.cert}`, /is not connected/],
  ['another name than the one expected', () => `?${parameters()}&sni=redis.example`, /redis\.example/],
])('rediss: with %s is unavailable, and its log says why', async (_, query, reason) => {
  const said: string[] = [];
  const say = (context: object, message: string): void => void said.push(JSON.stringify(context), message);
  const url = `rediss://127.0.0.1:${tlsPort}${query()}`;
  const log = await openEventLog({ url, log: { info: say, warn: say, error: say } });
  try {
    const { available, detail } = await log.status();
    expect(available).toBe(false);
    expect([detail, ...said].join('\n')).toMatch(reason);
  } finally {
    await log.close();
  }
});

test('rediss-cluster: reaches each server of a cluster', async () => {
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const cluster = await startRedisCluster({
    argsOf: (at) => [...tlsArgs(ports[at] as number), '--tls-cluster', 'yes'],
  });
  try {
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join();
    await usedAndClosed(`rediss-cluster://${hosts}?${parameters()}`, (log) =>
      expectToWork(log, `Redis ${hosts}`),
    );
  } finally {
    await cluster.close();
  }
});
