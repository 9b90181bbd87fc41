import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import { writtenResult } from '../operations/written-result.ts';
import type { Planning } from './planning.ts';
import { clientErrors } from './planning.ts';
import type { Work } from './planning-messages.ts';

/** Most that is kept of questions about the schema, in characters, and of their answers, in bytes. */
const answersSizeMax = 32 * 1024 * 1024;

/** Answers operations that ask for nothing but the schema. */
export interface Introspection {
  execute(request: Omit<Extract<Work, { kind: 'introspect' }>, 'kind'>): Promise<ExecutionResult>;
}

/**
 * Has the planning thread answer, because a large schema takes long to describe. It writes the body of the response too,
 * which is remembered, and sent as it is.
 */
export function createIntrospection(planning: Planning): Introspection {
  const answers = new LRUCache<string, Promise<ExecutionResult>>({ maxSize: answersSizeMax });

  async function ask(
    key: string,
    request: Parameters<Introspection['execute']>[0],
  ): Promise<ExecutionResult> {
    const outcome = await planning.perform({ kind: 'introspect', ...request });
    if (outcome.kind === 'introspected') {
      const { buffer, byteOffset, byteLength } = outcome.body;
      const result = writtenResult(Buffer.from(buffer, byteOffset, byteLength));
      answers.set(key, Promise.resolve(result), { size: key.length + byteLength });
      return result;
    }
    answers.delete(key);
    if (outcome.kind === 'refused') return { errors: clientErrors(outcome.errors, request.source) };
    throw new Error('Introspection was answered by something else');
  }

  return {
    execute: (request) => {
      const key = JSON.stringify([request.source, request.operationName ?? null, request.variables]);
      const found = answers.get(key);
      if (found) return found;
      const asked = ask(key, request);
      answers.set(key, asked, { size: key.length });
      return asked;
    },
  };
}
