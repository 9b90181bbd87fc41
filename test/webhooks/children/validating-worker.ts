/** The thread of `validating-thread.ts`. */
import { parentPort, type MessagePort } from 'node:worker_threads';
import { compilePayloadSchema } from '../../../webhooks/schema.ts';
import type { Violations, Work } from '../validating-thread.ts';

function serve(port: MessagePort): void {
  port.on('message', ({ schema, payloads }: Work) => {
    const { validate } = compilePayloadSchema(schema, '3.1');
    const violations: Violations[] = payloads.map((payload) => validate(payload));
    port.postMessage(violations, []);
  });
}

if (parentPort === null) throw new Error('validating-worker.ts runs as a worker thread');
serve(parentPort);
