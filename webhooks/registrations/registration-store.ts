import type { RecordStore } from '../../events/record-store.ts';
import { registrationProblem } from './problem.ts';
import {
  goneMs,
  readRegistration,
  type Registration,
  registrationRecord,
  registrationsCollection,
} from './registration.ts';

/** Registrations in the record store. All throw EventLogUnavailableError as that does. */
export interface RegistrationStore {
  /** Deleted ones too, in the order of their making. */
  readonly all: () => Promise<readonly Registration[]>;
  /** @throws RequestProblem when there is none, or it was deleted */
  readonly read: (id: string) => Promise<Registration>;
  readonly add: (registration: Registration) => Promise<void>;
  /**
   * Changes one, and begins anew when somebody else does at the same time.
   * @throws RequestProblem when there is none, it was deleted, or others change it all the time
   */
  readonly change: (id: string, edit: (current: Registration) => Registration) => Promise<Registration>;
  /** Forgets one altogether. */
  readonly forget: (id: string) => Promise<void>;
}

/** Most registrations that are read together. */
const listMax = 100_000;

/** How often a change is tried when others change the same at the same time. */
const triesMax = 5;

export function createRegistrationStore(records: RecordStore): RegistrationStore {
  async function stored(id: string) {
    const record = await records.get(registrationsCollection, id);
    const registration = record && readRegistration(record);
    if (!registration || registration.deletedAt !== null) throw registrationProblem('REGISTRATION_UNKNOWN');
    return { registration, json: record.json };
  }

  return {
    all: async () => (await records.list(registrationsCollection, null, listMax)).map(readRegistration),
    read: async (id) => (await stored(id)).registration,
    async add(registration) {
      if (!(await records.add(registrationRecord(registration)))) throw new Error('an id was drawn twice');
    },
    async change(id, edit) {
      for (let tries = 0; tries < triesMax; tries += 1) {
        const { registration, json } = await stored(id);
        const changed = edit(registration);
        if (await records.replace(registrationRecord(changed), json)) return changed;
      }
      throw registrationProblem('REGISTRATION_STORE_UNAVAILABLE', 'Others change it all the time.');
    },
    forget: async (id) => void (await records.remove(registrationsCollection, id)),
  };
}

/** Whether a registration was deleted so long ago that its URL need not say so any more. */
export function isForgotten({ deletedAt }: Registration, nowMs: number): boolean {
  return deletedAt !== null && Date.parse(deletedAt) + goneMs <= nowMs;
}
