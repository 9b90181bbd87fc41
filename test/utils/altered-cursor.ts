/** The cursor of an event before, as somebody would write it who thinks that offsets can be counted down. */
export function altered(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  // Version and number of positions are three bytes, the first offset eight.
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(3) - 1n, 3);
  return bytes.toString('base64url');
}
