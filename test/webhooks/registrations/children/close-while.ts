/** Closes a registrar while it does what is told: arguments are the URL of an event log, and `fail`, `hang` or `accept`. */
import { openEventLog } from '../../../../events/open.ts';
import { silentLogger } from '../../../../events/logger.ts';
import { createCallbackRegistrar } from '../../../../webhooks/registrations/callback-registrar.ts';
import type { AcceptedCallback } from '../../../../webhooks/registrations/callback-state.ts';

const [, , url = '', what = ''] = process.argv;
const log = await openEventLog({ url });
const accepted: AcceptedCallback = {
  id: 'sub_1',
  location: null,
  url: 'http://sluice.example/webhooks/orders',
  acceptedAt: new Date().toISOString(),
  expiresAt: null,
  ending: null,
  lacking: null,
};
const answers: Readonly<Record<string, () => Promise<AcceptedCallback>>> = {
  fail: () => Promise.reject(new Error('down')),
  hang: () => new Promise(() => {}),
  accept: () => Promise.resolve(accepted),
};
const called = Promise.withResolvers<void>();
const register = () => {
  called.resolve();
  return answers[what]?.() ?? Promise.reject(new Error(`"${what}" is nothing to do`));
};
const far = 100_000_000;
const registrar = createCallbackRegistrar({
  registrations: [
    { source: 'orders', name: 'orderCreated', describe: 'subscribe', fingerprint: 'a', register },
  ],
  endings: { isServed: () => true, end: () => Promise.resolve(true) },
  records: log.records,
  retry: { firstDelayMs: far, delayMsMax: far, attemptTimeoutMs: far },
  lookMs: far,
  logger: silentLogger,
  random: () => 0,
});
registrar.start();
registrar.start();
await called.promise;
await registrar.close();
await registrar.close();
registrar.start();
await log.close();
