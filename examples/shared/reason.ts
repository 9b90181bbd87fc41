/** Why something failed, for a log. `fetch` hides the reason in the cause of its error. */
export function reasonOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as { message?: unknown; cause?: unknown };
  return cause ? reasonOf(cause) : String(message ?? error);
}
