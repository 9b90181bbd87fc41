/** Headers that are about one connection and never passed on. */
export const ofOneConnection: ReadonlySet<string> = new Set(
  'connection content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

/** Visible characters of Latin-1, space and tab (RFC 9110, section 5.5). */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** What the JSON Schema can't say of `headers` in subgraph.yaml. */
export function judgeHeaders(
  headers: { forward?: readonly string[]; set?: Readonly<Record<string, string>> } | undefined,
  report: (path: readonly (string | number)[], message: string) => void,
): void {
  for (const [index, name] of (headers?.forward ?? []).entries()) {
    if (!ofOneConnection.has(name.toLowerCase())) continue;
    report(['headers', 'forward', index], 'is about one connection and can not be passed on');
  }
  for (const [name, value] of Object.entries(headers?.set ?? {})) {
    if (!isHeaderValue(value)) report(['headers', 'set', name], 'holds characters that no header can have');
  }
}
