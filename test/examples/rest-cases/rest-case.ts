import { expect } from '@jest/globals';

/** One request and what must come of it. The cases of a service run in order, on one set of services. */
export type RestCase = {
  sentence: string;
  operation: string;
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: object;
  status: number;
  expected?: unknown;
};

/** An object with at least these fields. */
export const some = (fields: Record<string, unknown>): unknown => expect.objectContaining(fields);

/** Objects with these ids, in this order. */
export const ids = (key: string, values: string[]): unknown[] =>
  values.map((value) => some({ [key]: value }));

/** A problem with this detail. */
export const detail = (text: string): unknown => some({ detail: text });
