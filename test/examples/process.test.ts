import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startExamples } from '../../examples/start.ts';
import { SERVICE_NAMES } from './service-document.ts';
import { isSigned, SECRET, startWebhookReceiver } from './webhook-receiver.ts';

const ROOT = new URL('../../', import.meta.url);

function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  return { child, exited, lines: createInterface({ input: child.stdout }) };
}

describe('a service as a program', () => {
  it.each(SERVICE_NAMES)('%s listens where its environment says, and ends on SIGTERM', async (name) => {
    const { child, exited, lines } = run([`examples/${name}/main.ts`], { PORT: '0' });
    const [line] = (await once(lines, 'line')) as [string];
    const url = /^(\w+) listens on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line);
    expect(url?.[1]).toBe(name);
    expect((await fetch(`${url?.[2]}/openapi.json`)).status).toBe(200);

    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});

describe('payments as a program', () => {
  it('tells the targets in its environment, signed with the secret there', async () => {
    const receiver = await startWebhookReceiver();
    const env = { PORT: '0', WEBHOOK_URLS: receiver.url, WEBHOOK_SECRET: SECRET, ORDERS_URL: receiver.url };
    const { child, exited, lines } = run(['examples/payments/main.ts'], env);
    const [line] = (await once(lines, 'line')) as [string];
    await fetch(`${line.split(' ').at(-1)}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ orderId: 'ord_1', amount: 5, currency: 'EUR' }),
    });
    const deliveries = await receiver.until((all) => all.some(({ path }) => path === '/hook'));
    const delivery = deliveries.find(({ path }) => path === '/hook');
    expect(delivery && (await isSigned(delivery, SECRET))).toBe(true);

    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await receiver.close();
  });

  it('does not start with targets and no secret', async () => {
    const { exited } = run(['examples/payments/main.ts'], { PORT: '0', WEBHOOK_URLS: 'http://127.0.0.1:9' });
    expect(await exited).toEqual([1, null]);
  });
});

describe('startExamples', () => {
  it('lets the process end after close, in the middle of retries', async () => {
    const receiver = await startWebhookReceiver({ answer: () => ({ status: 503 }) });
    const script = `
      import { startExamples } from './examples/start.ts';
      const target = { url: '${receiver.url}', secret: '${SECRET}' };
      const { urls, services, close } = await startExamples({
        ports: { orders: 0, payments: 0, inventory: 0, customers: 0 },
        webhookTargets: { payments: [target], inventory: [target] },
        webhooks: { backoffBaseMs: 3_600_000, backoffMaxMs: 3_600_000 },
      });
      const body = JSON.stringify({ customerId: 'cus_1', lines: [{ sku: 'KEYB-01', quantity: 1 }] });
      await fetch(urls.orders + '/orders', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      while (services.inventory.webhooks.attempts().length === 0) await new Promise(setImmediate);
      await close();
      await close();
      console.log('closed');
    `;
    const { exited, lines } = run(['--input-type=module', '--eval', script]);
    expect(await once(lines, 'line')).toEqual(['closed']);
    expect(await exited).toEqual([0, null]);
    await receiver.close();
  });

  it('leaves nothing running when a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const started = startExamples({ ports: { customers: 0, inventory: 0, payments: 0, orders: port } });
    await expect(started).rejects.toMatchObject({ code: 'EADDRINUSE' });
    taken.close();
    await once(taken, 'close');
  });
});
