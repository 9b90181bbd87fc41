import { afterEach, expect, test } from '@jest/globals';
import { startServerProcess, type ServerProcess } from '../../bench/server-process.ts';

const services = 'bench/gateways/services.ts';
let server: ServerProcess | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

test('what a server uses is read while it runs', async () => {
  server = await startServerProcess({ args: [services] });
  const before = await server.usage(true);
  for (let asked = 0; asked < 50; asked++) await (await fetch(`${server.url}/orders/orders`)).text();
  const after = await server.usage();
  expect(after.cpuMicroseconds).toBeGreaterThan(before.cpuMicroseconds);
  expect(after.rssBytes).toBeGreaterThan(1024 * 1024);
  expect(after.rssPeakBytes).toBeGreaterThanOrEqual(before.rssPeakBytes);
});

test('the CPU of its worker threads counts', async () => {
  const work = 'const end = process.cpuUsage().user + 300000; while (process.cpuUsage().user < end);';
  const program = `
    import { Worker } from 'node:worker_threads';
    new Worker(${JSON.stringify(work)}, { eval: true }).once('exit', () => process.send({ ready: 'worked' }));
    setInterval(() => {}, 1e6);`;
  server = await startServerProcess({ args: ['--input-type=module', '--eval', program] });
  expect((await server.usage()).cpuMicroseconds).toBeGreaterThan(300_000);
});

test('the time that the event loop was blocked is told', async () => {
  const program = `
    setInterval(() => {}, 1e6);
    setTimeout(() => {
      const end = performance.now() + 200;
      while (performance.now() < end);
      setTimeout(() => process.send({ ready: 'blocked' }), 50);
    }, 50);`;
  server = await startServerProcess({ args: ['--eval', program] });
  const { eventLoopDelayMsMax } = await server.usage(true);
  expect(eventLoopDelayMsMax).toBeGreaterThan(150);
});

test.each([
  {
    what: 'CPU',
    block: 'const of = () => process.threadCpuUsage(); while (of().user + of().system < end * 1000);',
  },
  { what: 'waiting', block: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);' },
])('the loop stands still by $what: only CPU is what the process did', async ({ what, block }) => {
  const program = `
    setInterval(() => {}, 1e6);
    setTimeout(() => {
      const { user, system } = process.threadCpuUsage();
      const end = (user + system) / 1000 + 200;
      ${block}
      setTimeout(() => process.send({ ready: 'blocked' }), 50);
    }, 300);`;
  server = await startServerProcess({ args: ['--eval', program] });
  const { eventLoopDelayMsMax, eventLoopBusyMsMax } = await server.usage(true);
  expect(eventLoopDelayMsMax).toBeGreaterThan(150);
  if (what === 'CPU') expect(eventLoopBusyMsMax).toBeGreaterThan(150);
  else expect(eventLoopBusyMsMax).toBeLessThan(150);
});

test('the heap is read after its garbage is collected', async () => {
  const program = `
    globalThis.kept = new Array(1e6).fill(0.5);
    new Array(4e6).fill(0.5);
    process.send({ ready: 'filled' });
    setInterval(() => {}, 1e6);`;
  server = await startServerProcess({ args: ['--expose-gc', '--eval', program] });
  const bytes = await server.heapBytes();
  expect(bytes).toBeGreaterThan(8e6);
  expect(bytes).toBeLessThan(32e6);
});

test('the heaps of worker threads are read, of those that run', async () => {
  const work = `
    import { parentPort, workerData } from 'node:worker_threads';
    globalThis.kept = new Array(workerData).fill(0.5);
    parentPort.on('message', () => process.exit());
    parentPort.postMessage('filled');`;
  const program = `
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    const start = async (workerData) => {
      const worker = new Worker(${JSON.stringify(work)}, { eval: true, workerData });
      await once(worker, 'message');
      return worker;
    };
    const ending = await start(12e6);
    await start(1e6);
    ending.postMessage('end');
    await once(ending, 'exit');
    process.send({ ready: 'filled' });
    setInterval(() => {}, 1e6);`;
  server = await startServerProcess({ args: ['--expose-gc', '--input-type=module', '--eval', program] });
  const bytes = await server.threadsHeapBytes();
  expect(bytes).toBeGreaterThan(8e6);
  expect(bytes).toBeLessThan(96e6);
});

test('a program that ends before it answers is an error with its output', async () => {
  const starting = startServerProcess({ args: ['--eval', 'console.log("no such setting")'] });
  await expect(starting).rejects.toThrow(/ended before it answered:\nno such setting/);
});

test('a program that ends while it is measured is an error', async () => {
  server = await startServerProcess({ args: [services] });
  await server.stop();
  await expect(server.usage()).rejects.toThrow(/ended while it was measured|channel/i);
});
