import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../events/logger.ts';
import type { RecordStore, StoredRecord } from '../../events/record-store.ts';
import { createKnownSecrets, type KnownSecrets } from './known-secrets.ts';
import { RegistrationProblem } from './problem.ts';
import {
  goneMs,
  readRegistration,
  type Registration,
  registrationRecord,
  registrationsCollection,
  type SealedSecret,
} from './registration.ts';
import type { SecretBox } from './secret-box.ts';

export interface RegistrationsOptions {
  readonly records: RecordStore;
  readonly box: SecretBox;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long this node takes to learn of what others changed, in milliseconds. @default 1_000 */
  readonly pollMs?: number;
}

/** A registration with the secret that was made for it, which nobody is told again. */
export interface FreshSecret {
  readonly registration: Registration;
  readonly secret: string;
}

/**
 * The services that registered themselves. What changes one is known to this node at once, and to the others within
 * `pollMs`. All throw RegistrationProblem, and EventLogUnavailableError as the record store does.
 */
export interface Registrations {
  create(of: Pick<Registration, 'source' | 'description'>): Promise<FreshSecret>;
  /** Those that are not deleted, in the order of their making. */
  list(): Promise<readonly Registration[]>;
  read(id: string): Promise<Registration>;
  /** Makes another secret. @param overlapMs how long the one before stays good */
  rotate(id: string, overlapMs: number): Promise<FreshSecret>;
  remove(id: string): Promise<void>;
  /** For those who verify deliveries. */
  readonly known: Pick<KnownSecrets, 'isLoaded' | 'secretsOf' | 'isGone'>;
  /** Begins to look what other nodes have changed. A second call does nothing. */
  start(): void;
  close(): Promise<void>;
}

/** Most registrations of a source that are not deleted. */
export const registrationsMax = 100;

/** Most registrations of a source that are kept because they were deleted. */
export const deletedMax = 1_000;

/** Most secrets of a registration that are good at a time: of more, those that end first end now. */
export const secretsMax = 5;

/** Most records that are read together. */
const listMax = 100_000;

/** How often a change is tried when others change the same at the same time. */
const triesMax = 5;

export function createRegistrations(options: RegistrationsOptions): Registrations {
  const { records, box, logger, now, pollMs = 1_000 } = options;
  const closing = new AbortController();
  const known = createKnownSecrets({
    box,
    now,
    onUnreadable: ({ id, source }) =>
      logger.error({ source, registration: id }, 'a registered secret was sealed by another ADMIN_KEY'),
  });
  const iso = (ms: number) => new Date(ms).toISOString();
  /** Counts what this node has changed: what was read before is older. */
  let changes = 0;
  let polling: Promise<void> | undefined;

  async function all(): Promise<readonly Registration[]> {
    return (await records.list(registrationsCollection, null, listMax)).map(readRegistration);
  }

  function learn(registration: Registration): void {
    changes += 1;
    known.put(registration);
  }

  function freshSecret(id: string): { secret: string; sealed: SealedSecret } {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    return { secret, sealed: { sealed: box.seal(secret, id), until: null } };
  }

  async function create({ source, description }: Pick<Registration, 'source' | 'description'>) {
    const ofSource = (await all()).filter((registration) => registration.source === source);
    const deleted = ofSource.filter(({ deletedAt }) => deletedAt !== null);
    if (ofSource.length - deleted.length >= registrationsMax)
      throw new RegistrationProblem('REGISTRATION_LIMIT_REACHED');
    for (const { id } of deleted.slice(0, -deletedMax)) await records.remove(registrationsCollection, id);
    const id = `reg_${randomBytes(16).toString('hex')}`;
    const { secret, sealed } = freshSecret(id);
    const registration: Registration = {
      id,
      source,
      description,
      createdAt: iso(now()),
      rotatedAt: null,
      deletedAt: null,
      secrets: [sealed],
    };
    if (!(await records.add(registrationRecord(registration)))) throw new Error('an id was drawn twice');
    learn(registration);
    return { registration, secret };
  }

  async function stored(id: string): Promise<{ record: StoredRecord; registration: Registration }> {
    const record = await records.get(registrationsCollection, id);
    const registration = record && readRegistration(record);
    if (!registration || registration.deletedAt !== null)
      throw new RegistrationProblem('REGISTRATION_UNKNOWN');
    return { record, registration };
  }

  async function change(
    id: string,
    edit: (registration: Registration) => Registration,
  ): Promise<Registration> {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const { record, registration } = await stored(id);
      const changed = edit(registration);
      if (await records.replace(registrationRecord(changed), record.json)) {
        learn(changed);
        return changed;
      }
    }
    throw new RegistrationProblem('REGISTRATION_STORE_UNAVAILABLE', 'Others change it all the time.');
  }

  /** Those that are still good, each with its end. */
  function formerSecrets({ secrets }: Registration, overlapMs: number): SealedSecret[] {
    const nowMs = now();
    const ending = secrets.map(({ sealed, until }) => ({ sealed, until: until ?? iso(nowMs + overlapMs) }));
    const good = ending.filter(({ until }) => Date.parse(until) > nowMs);
    return good.toSorted((a, b) => (a.until < b.until ? 1 : -1)).slice(0, secretsMax - 1);
  }

  /** Reads what there is, and forgets what was deleted long ago. */
  async function poll(): Promise<void> {
    const before = changes;
    const read = await all();
    for (const { id, deletedAt } of read) {
      if (deletedAt !== null && Date.parse(deletedAt) + goneMs <= now()) {
        await records.remove(registrationsCollection, id);
      }
    }
    // Read before this node changed something: the next look is soon enough.
    if (changes === before) known.replaceAll(read);
  }

  async function pollOn(): Promise<void> {
    for (let isLost = false; !closing.signal.aborted;) {
      try {
        await poll();
        isLost = false;
      } catch (error) {
        if (!isLost && !closing.signal.aborted)
          logger.warn({ reason: (error as Error).message }, 'registrations can not be read');
        isLost = true;
      }
      await delay(pollMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    known,
    create,
    list: async () => (await all()).filter(({ deletedAt }) => deletedAt === null),
    read: async (id) => (await stored(id)).registration,
    async rotate(id, overlapMs) {
      const { secret, sealed } = freshSecret(id);
      const registration = await change(id, (current) => ({
        ...current,
        rotatedAt: iso(now()),
        secrets: [sealed, ...formerSecrets(current, overlapMs)],
      }));
      return { registration, secret };
    },
    async remove(id) {
      await change(id, (current) => ({ ...current, deletedAt: iso(now()), secrets: [] }));
    },
    start: () => void (polling ??= pollOn()),
    async close() {
      closing.abort();
      await polling;
    },
  };
}
