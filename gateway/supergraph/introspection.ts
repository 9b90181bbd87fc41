import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Planning } from './planning.ts';
import { clientErrors } from './planning.ts';
import type { Outcome, Work } from './planning-messages.ts';

/** Most characters of questions about the schema and their answers that are kept. */
const answersCharactersMax = 32 * 1024 * 1024;

/** Answers operations that ask for nothing but the schema. */
export interface Introspection {
  execute(request: Omit<Extract<Work, { kind: 'introspect' }>, 'kind'>): Promise<ExecutionResult>;
}

/** Has the planning thread answer, because a large schema takes long to describe. Answers are remembered. */
export function createIntrospection(planning: Planning): Introspection {
  const answers = new LRUCache<string, Promise<Outcome>>({ maxSize: answersCharactersMax });
  return {
    execute: async (request) => {
      const key = JSON.stringify([request.source, request.operationName ?? null, request.variables]);
      const found = answers.get(key);
      if (found) return resultOf(await found, request.source);
      const asked = planning.perform({ kind: 'introspect', ...request });
      answers.set(key, asked, { size: key.length });
      const outcome = await asked;
      if (outcome.kind !== 'introspected') answers.delete(key);
      else answers.set(key, asked, { size: key.length + outcome.data.length });
      return resultOf(outcome, request.source);
    },
  };
}

function resultOf(outcome: Outcome, source: string): ExecutionResult {
  if (outcome.kind === 'refused') return { errors: clientErrors(outcome.errors, source) };
  if (outcome.kind !== 'introspected') throw new Error('Introspection was answered by something else');
  return { data: JSON.parse(outcome.data) as Record<string, unknown> };
}
