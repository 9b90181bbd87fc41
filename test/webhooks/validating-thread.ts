import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SchemaViolation } from '../../webhooks/problem.ts';
import type { JsonSchemaObject } from '../../webhooks/source.ts';

export interface Work {
  readonly schema: JsonSchemaObject;
  readonly payloads: readonly unknown[];
}

export type Violations = readonly SchemaViolation[];

/** Validates in a thread: what keeps that busy for ever fails its test by the test's timeout, and can be ended. */
export interface ValidatingThread {
  /** @returns the violations of each payload */
  validate(schema: JsonSchemaObject, payloads: readonly unknown[]): Promise<readonly Violations[]>;
  /** Ends the thread, whatever it is doing. */
  terminate(): Promise<unknown>;
}

export function startValidatingThread(): ValidatingThread {
  const worker = new Worker(new URL('children/validating-worker.ts', import.meta.url));
  return {
    validate: async (schema, payloads) => {
      const work: Work = { schema, payloads };
      worker.postMessage(work, []);
      const [violations] = (await once(worker, 'message')) as [Violations[]];
      return violations;
    },
    terminate: () => worker.terminate(),
  };
}
