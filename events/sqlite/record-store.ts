import type { KeptRecords } from '../checked-records.ts';
import type { Write } from './messages.ts';
import type { WorkerClient } from './worker-client.ts';

/** The records of the file, by its thread. */
export function createSqliteRecords(
  write: (work: Write) => Promise<boolean>,
  read: WorkerClient['request'],
): KeptRecords {
  return {
    add: (record) => write({ kind: 'add', record }),
    replace: (record, expected) => write({ kind: 'replace', record, expected }),
    remove: (collection, key, expected) => write({ kind: 'remove', collection, key, expected }),
    get: (collection, key) => read({ kind: 'get-record', collection, key }),
    list: (collection, after, limit) => read({ kind: 'list-records', collection, after, limit }),
    count: (collection) => read({ kind: 'count-records', collection }),
  };
}
