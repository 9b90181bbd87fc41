import { expect, test } from '@jest/globals';
import { createMetrics } from '../../../gateway/metrics/metrics.ts';
import type { CallbackStatus } from '../../../webhooks/registrations/callback-registrar.ts';

const callback = { describe: 'subscribe', lastSuccess: null, expiresAt: null, failures: 0, lastError: null };
const callbacks: readonly CallbackStatus[] = [
  { ...callback, source: 'orders', state: 'registered' },
  { ...callback, source: 'shop', state: 'retrying' },
  { ...callback, source: 'orders', state: 'registered' },
  { ...callback, source: 'shop', state: 'removing' },
  { ...callback, source: 'orders', state: 'idle' },
  { ...callback, source: 'payments', state: 'waiting' },
];

test('callbacks show by what became of them', async () => {
  const metrics = createMetrics();
  metrics.observeCallbacks({ status: () => callbacks });
  const { text } = await metrics.page();
  expect(text.match(/^sluice_callbacks.*$/gm)).toEqual([
    'sluice_callbacks{source="orders",state="idle"} 1',
    'sluice_callbacks{source="orders",state="registered"} 2',
    'sluice_callbacks{source="orders",state="retrying"} 0',
    'sluice_callbacks{source="orders",state="removing"} 0',
    'sluice_callbacks{source="shop",state="idle"} 0',
    'sluice_callbacks{source="shop",state="registered"} 0',
    'sluice_callbacks{source="shop",state="retrying"} 1',
    'sluice_callbacks{source="shop",state="removing"} 1',
  ]);
});
