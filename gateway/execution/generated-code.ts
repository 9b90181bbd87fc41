/** Is shown what is made of an operation: its plan, and the code that its parts become. */
export type ShowMade = (what: string, text: string) => void;

export interface GeneratedCode {
  /** What the function does, for people. */
  what: string;
  parameters: readonly string[];
  /**
   * Written by this program. Names and texts of clients and services get into it only as quoted property names; everything
   * else is passed in as values.
   */
  body: string;
}

/** Makes a function of generated code: the one place where text becomes code. */
export function generateFunction({ what, parameters, body }: GeneratedCode, show?: ShowMade): unknown {
  show?.(what, body);
  // oxlint-disable-next-line typescript/no-implied-eval -- see above for what gets into it
  return new Function(...parameters, `'use strict';\n${body}`);
}
