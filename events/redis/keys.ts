/** Where the events of one source live; one hash slot for all of it. */
export interface SourceKeys {
  /** Hash: `epoch`, and `offset` of the newest event. */
  readonly head: string;
  /** Stream: one entry `<offset>-0` for each event. */
  readonly stream: string;
  /** Pub/sub channel of what is appended. */
  readonly channel: string;
  /** String `<epoch> <offset> <body hash>` that expires: what is known of a delivery's id. */
  readonly id: (id: string) => string;
}

/** Names the keys of a source. Escaping keeps two sources apart, and braces out of the hash tag. */
export function sourceKeys(keyPrefix: string, source: string): SourceKeys {
  const base = `${keyPrefix}{${encodeURIComponent(source.toWellFormed())}}`;
  return {
    head: `${base}:head`,
    stream: `${base}:events`,
    channel: `${base}:live`,
    id: (id) => `${base}:id:${id}`,
  };
}
