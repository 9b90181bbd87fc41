import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchemaObject } from './source.ts';

/**
 * Most work that the validation of one delivery may take, in steps. A step is one schema held against one value; each
 * item or property of the value is one more, so are 4 characters of a text and 2 of what `uniqueItems` compares. All
 * of them take about half a second, and 1 MiB of ordinary JSON needs a part of them.
 */
export const validationStepsMax = 5_000_000;

/** Thrown out of a validation that took all of its steps. */
export class ValidationWorkError extends Error {
  override readonly name = 'ValidationWorkError';
}

export interface WorkMeter {
  /** Begins with a payload that may take so many steps. */
  readonly reset: (stepsMax: number) => void;
  /** @throws ValidationWorkError when there are not so many steps left. */
  readonly spend: (steps: number) => void;
}

/**
 * Counts what ajv does. A schema that refers to itself from two branches of an `anyOf` doubles the work with every
 * level of the payload, so the size of the payload does not bound it.
 */
export function createWorkMeter(): WorkMeter {
  let stepsLeft = 0;
  return {
    reset(stepsMax) {
      stepsLeft = stepsMax;
    },
    spend(steps) {
      stepsLeft -= steps;
      if (stepsLeft < 0) throw new ValidationWorkError('Validation takes too much work');
    },
  };
}

const [valueWork, textWork] = ['sluiceValueWork', 'sluiceTextWork'];

/** Makes `metered` schemas count. Both keywords stand before whatever costs something in ajv's order of keywords. */
export function addWorkKeywords(ajv: Ajv2020, { spend }: WorkMeter): void {
  ajv.addKeyword({
    keyword: valueWork,
    before: '$ref',
    validate: (_on: true, value: unknown) => {
      spend(1 + breadthOf(value));
      return true;
    },
  });
  ajv.addKeyword({
    keyword: textWork,
    type: 'string',
    before: 'maxLength',
    validate: (_on: true, text: string) => {
      spend(1 + text.length / 4);
      return true;
    },
  });
}

/** The same schema, counted each time a value is held against it. */
export function metered(schema: JsonSchemaObject): JsonSchemaObject {
  const isEmpty = Object.keys(schema).length === 0;
  return isEmpty ? schema : { ...schema, [valueWork]: true, [textWork]: true };
}

function breadthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}
