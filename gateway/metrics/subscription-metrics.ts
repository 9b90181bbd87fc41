import { Counter, Gauge, type Registry } from 'prom-client';
import type { OperationMetrics } from './operation-metrics.ts';
import type { EventResults, Subscribe } from '../subscriptions/subscribe.ts';

/** @returns what subscribes as the given function does, and counts */
export type CountSubscriptions = (subscribe: Subscribe) => Subscribe;

/** Counts subscriptions that are open, and their results. */
export function createSubscriptionMetrics(
  registry: Registry,
  operations: OperationMetrics,
): CountSubscriptions {
  const registers = [registry];
  const open = new Gauge({ name: 'sluice_subscriptions', help: 'Subscriptions open now.', registers });
  const results = new Counter({
    name: 'sluice_subscription_results_total',
    help: 'Results given to subscriptions, one for each event and subscription.',
    registers,
  });

  function counted(stream: EventResults): EventResults {
    open.inc();
    let isOpen = true;
    const end = () => {
      if (isOpen) open.dec();
      isOpen = false;
    };
    return {
      async next() {
        try {
          const result = await stream.next();
          if (result.done) end();
          else results.inc();
          return result;
        } catch (error) {
          end();
          throw error;
        }
      },
      return() {
        end();
        return stream.return?.() ?? Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return (subscribe) => async (request) => {
    const finished = operations.started('subscription');
    try {
      const begun = await subscribe(request);
      const isOpen = Symbol.asyncIterator in begun;
      finished(isOpen ? 'ok' : 'errors');
      return isOpen ? counted(begun) : begun;
    } catch (error) {
      finished('errors');
      throw error;
    }
  };
}
