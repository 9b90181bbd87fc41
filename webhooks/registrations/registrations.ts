import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../events/logger.ts';
import type { RecordStore } from '../../events/record-store.ts';
import { createKnownSecrets, type KnownSecrets } from './known-secrets.ts';
import { registrationProblem } from './problem.ts';
import { createRegistrationStore, isForgotten, type RegistrationStore } from './registration-store.ts';
import type { Registration, SealedSecret } from './registration.ts';
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
  readonly create: (of: Pick<Registration, 'source' | 'description'>) => Promise<FreshSecret>;
  /** Those that are not deleted, in the order of their making. */
  readonly list: () => Promise<readonly Registration[]>;
  readonly read: (id: string) => Promise<Registration>;
  /** Makes another secret. @param overlapMs how long the one before stays good */
  readonly rotate: (id: string, overlapMs: number) => Promise<FreshSecret>;
  readonly remove: (id: string) => Promise<void>;
  /** For those who verify deliveries. */
  readonly known: Pick<KnownSecrets, 'isCurrent' | 'secretsOf' | 'isGone'>;
  /** Begins to look what other nodes have changed. A second call does nothing. */
  readonly start: () => void;
  readonly close: () => Promise<void>;
}

/** Most registrations of a source that are not deleted. */
export const registrationsMax = 100;

/** Most registrations of a source that are kept because they were deleted. */
export const deletedMax = 1_000;

/** Most secrets of a registration that are good at a time: of more, those that end first end now. */
export const secretsMax = 5;

export function createRegistrations(options: RegistrationsOptions): Registrations {
  const { records, box, logger, now, pollMs = 1_000 } = options;
  const store = createRegistrationStore(records);
  const known = createKnownSecrets({
    box,
    now,
    onUnreadable: ({ id, source }) =>
      logger.error({ source, registration: id }, 'a registered secret was sealed by another ADMIN_KEY'),
  });
  const watch = createWatch({ store, known, logger, now, pollMs });

  function freshSecret(id: string): { secret: string; sealed: SealedSecret } {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    return { secret, sealed: { sealed: box.seal(secret, id), until: null } };
  }

  async function create({ source, description }: Pick<Registration, 'source' | 'description'>) {
    await makeRoom(store, source);
    const id = `reg_${randomBytes(16).toString('hex')}`;
    const { secret, sealed } = freshSecret(id);
    const createdAt = isoTime(now());
    const dates = { createdAt, rotatedAt: null, deletedAt: null };
    const registration: Registration = { id, source, description, ...dates, secrets: [sealed] };
    await store.add(registration);
    watch.changed(registration);
    return { registration, secret };
  }

  async function change(
    id: string,
    edit: (current: Registration) => Partial<Registration>,
  ): Promise<Registration> {
    const changed = await store.change(id, (current) => ({ ...current, ...edit(current) }));
    watch.changed(changed);
    return changed;
  }

  return {
    known,
    create,
    list: async () => (await store.all()).filter(({ deletedAt }) => deletedAt === null),
    read: store.read,
    async rotate(id, overlapMs) {
      const { secret, sealed } = freshSecret(id);
      const registration = await change(id, ({ secrets }) => ({
        rotatedAt: isoTime(now()),
        secrets: [sealed, ...formerSecrets(secrets, { nowMs: now(), overlapMs })],
      }));
      return { registration, secret };
    },
    remove: async (id) => void (await change(id, () => ({ deletedAt: isoTime(now()), secrets: [] }))),
    start: watch.start,
    close: watch.close,
  };
}

const isoTime = (ms: number): string => new Date(ms).toISOString();

/** @throws RequestProblem when a source has as many as it may have */
async function makeRoom({ all, forget }: RegistrationStore, source: string): Promise<void> {
  const ofSource = (await all()).filter((registration) => registration.source === source);
  const deleted = ofSource.filter(({ deletedAt }) => deletedAt !== null);
  if (ofSource.length - deleted.length >= registrationsMax)
    throw registrationProblem('REGISTRATION_LIMIT_REACHED');
  for (const { id } of deleted.slice(0, -deletedMax)) await forget(id);
}

/** Those that are still good, each with its end. */
function formerSecrets(
  secrets: readonly SealedSecret[],
  { nowMs, overlapMs }: { nowMs: number; overlapMs: number },
): SealedSecret[] {
  const ending = secrets.map(({ sealed, until }) => ({ sealed, until: until ?? isoTime(nowMs + overlapMs) }));
  const good = ending.filter(({ until }) => Date.parse(until) > nowMs);
  return good.toSorted((a, b) => (a.until < b.until ? 1 : -1)).slice(0, secretsMax - 1);
}

interface WatchOptions extends Required<Pick<RegistrationsOptions, 'logger' | 'now' | 'pollMs'>> {
  store: RegistrationStore;
  known: KnownSecrets;
}

/** Keeps what is known as it is in the store, whoever changed it, and forgets what was deleted long ago. */
function createWatch({ store, known, logger, now, pollMs }: WatchOptions) {
  const closing = new AbortController();
  const { signal } = closing;
  /** Counts what this node has changed: what was read before is older. */
  let changes = 0;
  let watching: Promise<void> | undefined;

  async function look(): Promise<void> {
    const before = changes;
    const all = await store.all();
    for (const registration of all) if (isForgotten(registration, now())) await store.forget(registration.id);
    // Read before this node changed something: the next look is soon enough.
    if (changes === before) known.replaceAll(all);
  }

  async function watch(): Promise<void> {
    for (let isLost = false; !signal.aborted;) {
      try {
        await look();
        isLost = false;
      } catch (error) {
        const reason = (error as Error).message;
        if (!isLost && !signal.aborted) logger.warn({ reason }, 'registrations can not be read');
        isLost = true;
        known.lose();
      }
      await delay(pollMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    changed(registration: Registration): void {
      changes += 1;
      known.put(registration);
    },
    start: () => void (watching ??= watch()),
    close: async () => {
      closing.abort();
      await watching;
    },
  };
}
