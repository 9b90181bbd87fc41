import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createLoadGenerator, type LoadGenerator } from '../../bench/gateways/load.ts';

let server: Server | undefined;
let load: LoadGenerator | undefined;

async function loadOn(listener: RequestListener, connections = 4): Promise<LoadGenerator> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  load = createLoadGenerator({ url: `http://127.0.0.1:${port}`, bodies: ['{"query":"{ a }"}'], connections });
  return load;
}

afterEach(async () => {
  await load?.close();
  server?.close();
});

test('every connection is busy, and every operation is counted', async () => {
  let answered = 0;
  const waiting: (() => void)[] = [];
  const generator = await loadOn((request, response) => {
    request.resume();
    answered++;
    // The first answer waits until all four connections have asked.
    waiting.push(() => response.end('{}'));
    if (answered >= 4) for (const answer of waiting.splice(0)) answer();
  });
  const { operations, perSecond } = await generator.closed({ seconds: 0.2 });
  expect(operations).toBe(answered);
  expect(perSecond).toBeGreaterThan(0);
});

test('operations start at their times, however many are under way', async () => {
  const waiting: (() => void)[] = [];
  const generator = await loadOn((request, response) => {
    request.resume();
    // Nothing is answered until all have been asked: a generator that waits for answers would never get there.
    waiting.push(() => response.end('{}'));
    if (waiting.length === 20) for (const answer of waiting) answer();
  }, 20);
  const { p50Ms, p99Ms } = await generator.open({ perSecond: 100, seconds: 0.2 });
  // The first was due 190 ms before the last.
  expect(p99Ms).toBeGreaterThanOrEqual(190);
  expect(p50Ms).toBeLessThan(p99Ms);
});

test.each<{ of: string; listener: RequestListener }>([
  { of: 'an error status', listener: (_request, response) => response.writeHead(500).end('{}') },
  {
    of: 'another answer than before',
    listener: (request, response) => {
      const { socket } = request as { socket: { answered?: boolean } };
      response.end(socket.answered ? '{"errors":[]}' : '{}');
      socket.answered = true;
    },
  },
])('$of ends the measurement', async ({ listener }) => {
  const generator = await loadOn(listener, 1);
  await expect(generator.closed({ seconds: 5 })).rejects.toThrow(/answered \d+ and \d+ bytes instead of/);
  await expect(generator.open({ perSecond: 100, seconds: 0.05 })).rejects.toThrow(/answered/);
});
