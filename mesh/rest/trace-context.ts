/** Version, trace id, parent id, flags; all-zero ids and version ff are invalid (W3C Trace Context, section 3.2.2). */
const traceparent =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[\x21-\x7e]{0,200})?$/;
/** Printable ASCII; services may drop more than 512 characters (section 3.3.1.5). */
const tracestate = /^[\x20-\x7e]{1,512}$/;

/**
 * Puts `traceparent` and `tracestate` of a client's request on a request to a service. A malformed one is not passed
 * on, and without a parent there is no state. None is made up.
 */
export function passTraceOn(
  given: Readonly<Record<string, string | undefined>>,
  headers: Record<string, string>,
): void {
  const parent = given['traceparent'];
  if (parent === undefined || !traceparent.test(parent)) return;
  // Version 00 has exactly four fields.
  if (parent.startsWith('00') && parent.length !== 55) return;
  headers['traceparent'] = parent;
  const state = given['tracestate'];
  if (state !== undefined && tracestate.test(state)) headers['tracestate'] = state;
}
