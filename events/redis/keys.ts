/** Where the events of one source live; one hash slot for all of it. */
export interface SourceKeys {
  /** Hash: `epoch`, and `offset` of the newest event. */
  readonly head: string;
  /** Stream: one entry `<offset>-0` for each event. */
  readonly stream: string;
  /** List `<milliseconds> <offset>`: where the head stood at some times, for retention. */
  readonly marks: string;
  /** Pub/sub channel of what is appended. */
  readonly channel: string;
  /** String that expires: written before each WAIT. */
  readonly replicated: string;
  /** String `<epoch> <offset> <body hash>` that expires: what is known of a delivery's id. */
  readonly id: (id: string) => string;
}

/** Names the keys of a source. Escaping keeps two sources apart, and braces out of the hash tag. */
export function sourceKeys(keyPrefix: string, source: string): SourceKeys {
  const base = `${keyPrefix}{${encodeURIComponent(source.toWellFormed())}}`;
  return {
    head: `${base}:head`,
    stream: `${base}:events`,
    marks: `${base}:marks`,
    channel: `${base}:live`,
    replicated: `${base}:replicated`,
    id: (id) => `${base}:id:${id}`,
  };
}

/** Where the records of one collection live; one hash slot for all of it. */
export interface RecordKeys {
  /** Hash: `<at><json>` of each key. */
  readonly records: string;
  /** Sorted set: `<at><key>` of each, all of one score, and so in the order of their bytes. */
  readonly order: string;
}

/** Names the keys of a collection. No source is called like it: an escaped name has no colon. */
export function recordKeys(keyPrefix: string, collection: string): RecordKeys {
  const base = `${keyPrefix}{records:${encodeURIComponent(collection.toWellFormed())}}`;
  return { records: `${base}:json`, order: `${base}:order` };
}
