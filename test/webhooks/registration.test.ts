import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { request } from 'undici';
import { type CallbackRegistrar, createCallbackRegistration } from '../../webhooks/registration.ts';
import { recordingLogger } from './recording-logger.ts';

const soon = { firstDelayMs: 1, delayMsMax: 4 };
const random = () => 0.5;

/** A logger and a promise of its first line with this message. */
function awaiting(message: string, count = 1) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  const logger = recordingLogger((said) => {
    if (said === message && ++seen === count) resolve();
  });
  return { logger, promise };
}

test('a service that refuses at first is asked until it accepts', async () => {
  let calls = 0;
  const service = createServer((_request, response) => response.writeHead(++calls < 4 ? 503 : 201).end());
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/subscriptions`;
  const register = async (signal: AbortSignal) => {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      signal,
      headers: { connection: 'close' },
    });
    await body.dump();
    if (statusCode !== 201) throw new Error(`the service answered ${statusCode}`);
  };
  const { logger, promise } = awaiting('callback registered');
  const registrar = createCallbackRegistration({
    registrations: [{ source: 'orders', describe: 'POST /subscriptions', register }],
    retry: soon,
    logger,
    random,
  });
  expect(registrar.status()).toEqual([
    {
      source: 'orders',
      describe: 'POST /subscriptions',
      state: 'waiting',
      attempts: 0,
      lastSuccess: null,
      lastError: null,
    },
  ]);
  registrar.start();
  registrar.start();
  await promise;
  expect(registrar.status()).toMatchObject([{ state: 'registered', attempts: 4, lastError: null }]);
  const reason = 'the service answered 503';
  expect(logger.lines).toEqual([
    expect.objectContaining({ level: 'warn', source: 'orders', attempts: 1, retryInMs: 1, reason }),
    expect.objectContaining({ level: 'warn', attempts: 2, retryInMs: 2, reason }),
    expect.objectContaining({ level: 'warn', attempts: 3, retryInMs: 3, reason }),
    expect.objectContaining({ level: 'info', attempts: 4 }),
  ]);
  registrar.close();
  expect(registrar.status()).toMatchObject([{ state: 'registered' }]);
  service.close();
  await once(service, 'close');
});

test('one that fails for ever is visible, and does not hold up the others', async () => {
  const { logger, promise } = awaiting('callback registration failed', 6);
  const registrar = createCallbackRegistration({
    registrations: [
      { source: 'down', describe: 'a', register: () => Promise.reject(new Error('connect refused')) },
      { source: 'up', describe: 'b', register: () => Promise.resolve({ id: 1 }) },
      {
        source: 'odd',
        describe: 'c',
        register: () => {
          throw new Error('thrown at once');
        },
      },
    ],
    retry: soon,
    logger,
    random,
  });
  registrar.start();
  await promise;
  expect(registrar.status()).toMatchObject([
    { source: 'down', state: 'retrying', lastError: 'connect refused' },
    { source: 'up', state: 'registered', attempts: 1 },
    { source: 'odd', state: 'retrying', lastError: 'thrown at once' },
  ]);
  registrar.close();
  expect(registrar.status().map(({ state }) => state)).toEqual(['closed', 'registered', 'closed']);
});

test('the delay doubles up to its limit, less up to half at random', async () => {
  const { logger, promise } = awaiting('callback registration failed', 5);
  const randoms = [0, 0.999, 0, 0, 0];
  const registrar = createCallbackRegistration({
    registrations: [{ source: 's', describe: 'd', register: () => Promise.reject(new Error('no')) }],
    retry: { firstDelayMs: 2, delayMsMax: 10 },
    logger,
    random: () => randoms.shift() ?? 0,
  });
  registrar.start();
  await promise;
  registrar.close();
  expect(logger.lines.map((line) => (line as { retryInMs: number }).retryInMs)).toEqual([2, 2, 8, 10, 10]);
});

const at = (seconds: number) => new Date(seconds * 1_000).toISOString();

test('a service that forgot its callbacks is told again, and a failure then is retried soon', async () => {
  const answers = ['accept', 'accept', 'refuse', 'refuse', 'accept', 'accept'];
  const seen: object[] = [];
  const { promise: isTold, resolve } = Promise.withResolvers<void>();
  let registrar: CallbackRegistrar | undefined;
  const register = () => {
    const [status] = registrar?.status() ?? [];
    seen.push([status?.state, status?.attempts, status?.lastSuccess]);
    const answer = answers.shift();
    if (answer === undefined) resolve();
    return answer === 'refuse' ? Promise.reject(new Error('starting')) : Promise.resolve();
  };
  const logger = recordingLogger();
  let nowMs = 0;
  registrar = createCallbackRegistration({
    registrations: [{ source: 's', describe: 'd', register }],
    retry: soon,
    refreshMs: 3,
    now: () => (nowMs += 1_000),
    logger,
    random,
  });
  // Nothing here keeps the process alive, so the test has to.
  const alive = setInterval(() => {}, 1_000);
  registrar.start();
  await isTold;
  registrar.close();
  clearInterval(alive);
  expect(seen).toEqual([
    ['waiting', 1, null],
    ['registered', 2, at(1)],
    ['registered', 3, at(2)],
    ['retrying', 4, at(2)],
    ['retrying', 5, at(2)],
    ['registered', 6, at(3)],
    ['registered', 7, at(4)],
  ]);
  expect(logger.lines).toEqual([
    expect.objectContaining({ level: 'info', attempts: 1 }),
    expect.objectContaining({ level: 'warn', attempts: 3, retryInMs: 1, reason: 'starting' }),
    expect.objectContaining({ level: 'warn', attempts: 4, retryInMs: 2 }),
    expect.objectContaining({ level: 'info', attempts: 5 }),
  ]);
});

test('an attempt without an answer counts as failed, and its signal aborts', async () => {
  const { logger, promise } = awaiting('callback registration failed');
  const signals: AbortSignal[] = [];
  const register = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise(() => {});
  };
  const registrations = [{ source: 's', describe: 'd', register }];
  const registrar = createCallbackRegistration({
    registrations,
    retry: { attemptTimeoutMs: 5 },
    logger,
    random,
  });
  // Nothing here keeps the process alive, so the test has to.
  const alive = setInterval(() => {}, 1_000);
  registrar.start();
  await promise;
  clearInterval(alive);
  expect(registrar.status()).toMatchObject([{ state: 'retrying', lastError: 'no answer within 5 ms' }]);
  expect(signals[0]?.aborted).toBe(true);
  registrar.close();
});

test('close aborts the attempt that runs, nothing is logged or tried after it, and starting again does nothing', async () => {
  const logger = recordingLogger();
  let aborted = 0;
  const register = (signal: AbortSignal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted++;
        reject(new Error('cancelled'));
      });
    });
  const registrar = createCallbackRegistration({
    registrations: [{ source: 's', describe: 'd', register }],
    retry: soon,
    logger,
    random,
  });
  registrar.start();
  registrar.close();
  registrar.close();
  registrar.start();
  await new Promise((resolve) => setImmediate(resolve));
  expect(aborted).toBe(1);
  expect(logger.lines).toEqual([]);
  expect(registrar.status()).toMatchObject([{ state: 'closed', attempts: 1 }]);
});

test.each([
  ['waits to try again', "() => Promise.reject(new Error('down'))"],
  ['waits for an answer that never comes', '() => new Promise(() => {})'],
  ['waits to register again', '() => Promise.resolve()'],
])('a process ends at once when it is closed while it %s', async (_what, register) => {
  const module = new URL('../../webhooks/registration.ts', import.meta.url).href;
  const script = `
    import { createCallbackRegistration } from ${JSON.stringify(module)};
    const server = (await import('node:net')).createServer().listen(0);
    const logger = { info() {}, warn() {} };
    const registrar = createCallbackRegistration({
      registrations: [{ source: 's', describe: 'd', register: ${register} }], logger, random: Math.random,
      retry: { firstDelayMs: 1e8, delayMsMax: 1e8, attemptTimeoutMs: 1e8 },
    });
    registrar.start();
    setImmediate(() => { registrar.close(); server.close(); });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
});
