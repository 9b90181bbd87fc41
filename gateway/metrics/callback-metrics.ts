import { Gauge, type Registry } from 'prom-client';
import type { CallbackRegistrar, CallbackStatus } from '../../webhooks/registrations/callback-registrar.ts';

/** Shows how the callbacks fare that a registrar looks after. */
export type ObserveCallbacks = (registrar: Pick<CallbackRegistrar, 'status'>) => void;

const states = [
  'idle',
  'registered',
  'retrying',
  'removing',
] as const satisfies readonly CallbackStatus['state'][];

/** Callbacks by source and state. A process that does not look after them shows none. */
export function createCallbackMetrics(registry: Registry): ObserveCallbacks {
  return ({ status }) => {
    const collect = function (this: Gauge) {
      this.reset();
      const looked = status().filter(({ state }) => state !== 'waiting');
      for (const source of new Set(looked.map((callback) => callback.source))) {
        for (const state of states) {
          const count = looked.filter((one) => one.source === source && one.state === state).length;
          this.set({ source, state }, count);
        }
      }
    };
    registry.registerMetric(
      new Gauge({
        name: 'sluice_callbacks',
        help: 'Callbacks that Sluice registers with services, by what became of them.',
        labelNames: ['source', 'state'],
        collect,
        registers: [],
      }),
    );
  };
}
