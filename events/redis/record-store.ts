import type { KeptRecords } from '../checked-records.ts';
import { PAGE_DATA_CHARS_MAX } from '../page.ts';
import type { StoredRecord } from '../record-store.ts';
import { command, type Connections } from './connections.ts';
import { recordKeys } from './keys.ts';
import { AT_CHARS, createRecordScripts } from './record-scripts.ts';
import { runScript, type Script } from './scripts.ts';
import type { UnderWay } from './under-way.ts';
import type { Windows } from './window.ts';

export interface RedisRecordsOptions {
  readonly connections: Connections;
  readonly windows: Windows;
  readonly underWay: UnderWay;
  readonly keyPrefix: string;
}

/** The records of a Redis: each write is one script, and nothing of them expires. */
export function createRedisRecords(options: RedisRecordsOptions): KeptRecords {
  const { connections, windows, underWay, keyPrefix } = options;
  const { writer, reader } = connections;
  const scripts = createRecordScripts();

  async function write(script: Script, collection: string, args: readonly string[]): Promise<boolean> {
    const { records, order } = recordKeys(keyPrefix, collection);
    const chars = args.reduce((sum, { length }) => sum + length, 0);
    const send = (): Promise<unknown> => runScript(writer, script, [records, order], args);
    return (await underWay.track(command(() => windows.writing.run(chars, send)))) === 1;
  }

  /** Waits for room for a page, as nobody knows how large the answer is. */
  function read<Reply>(ask: () => Promise<Reply>): Promise<Reply> {
    return command(() => windows.reading.run(PAGE_DATA_CHARS_MAX, ask));
  }

  return {
    add: ({ collection, key, at, json }) => write(scripts.add, collection, [key, at, json]),
    replace: ({ collection, key, at, json }, expected) =>
      write(scripts.replace, collection, [key, at, json, expected]),
    remove: (collection, key, expected) =>
      write(scripts.remove, collection, expected === undefined ? [key] : [key, expected]),
    get: async (collection, key) => {
      const value = await read(() => reader.hget(recordKeys(keyPrefix, collection).records, key));
      return value === null ? null : recordOf(collection, key, value);
    },
    list: async (collection, after, limit) => {
      const { records, order } = recordKeys(keyPrefix, collection);
      const args = [after === null ? '-' : `(${after.at}${after.key}`, limit, PAGE_DATA_CHARS_MAX];
      const reply = await read(() => runScript(reader, scripts.list, [records, order], args));
      return recordsOf(collection, reply as string[]);
    },
    count: (collection) => command(() => reader.hlen(recordKeys(keyPrefix, collection).records)),
  };
}

function recordOf(collection: string, key: string, value: string): StoredRecord {
  return { collection, key, at: value.slice(0, AT_CHARS), json: value.slice(AT_CHARS) };
}

/** @param flat key, value, key, value … */
function recordsOf(collection: string, flat: readonly string[]): StoredRecord[] {
  const listed: StoredRecord[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    listed.push(recordOf(collection, flat[at] as string, flat[at + 1] as string));
  }
  return listed;
}
