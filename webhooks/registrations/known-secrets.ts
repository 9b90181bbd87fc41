import { type Registration, goneMs } from './registration.ts';
import type { SecretBox } from './secret-box.ts';

/** What deliveries are verified by, as the store last had it. Nothing here waits. */
export interface KnownSecrets {
  /** Takes over all registrations that there are. */
  readonly replaceAll: (registrations: readonly Registration[]) => void;
  /** Takes over one that was made or changed. */
  readonly put: (registration: Registration) => void;
  /** Says that what the store has now is not known, until `replaceAll` is called. */
  readonly lose: () => void;
  /** Whether they are as the store has them, or had them a moment ago. Otherwise a secret that is not known may be good. */
  readonly isCurrent: () => boolean;
  /** Secrets that are good for a source now: the same array for as long as they are the same. */
  readonly secretsOf: (source: string) => readonly string[];
  /** Whether a registration was deleted. */
  readonly isGone: (id: string) => boolean;
}

export interface KnownSecretsOptions {
  readonly box: SecretBox;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Is told once of each registration whose secret was sealed by another ADMIN_KEY. */
  readonly onUnreadable: (registration: Registration) => void;
}

interface GoodSecrets {
  readonly secrets: readonly string[];
  /** When the first of them ends, in milliseconds since the epoch. */
  readonly untilMs: number;
}

export function createKnownSecrets({ box, now, onUnreadable }: KnownSecretsOptions): KnownSecrets {
  let registrations = new Map<string, Registration>();
  let isCurrent = false;
  /** By source; forgotten with every change. */
  const good = new Map<string, GoodSecrets>();
  const opened = new Map<string, string | null>();

  function replaceAll(all: readonly Registration[]): void {
    isCurrent = true;
    if (isSame(all)) return;
    registrations = new Map(all.map((registration) => [registration.id, registration]));
    forget();
  }

  function isSame(all: readonly Registration[]): boolean {
    return (
      all.length === registrations.size &&
      all.every(
        (registration) => JSON.stringify(registration) === JSON.stringify(registrations.get(registration.id)),
      )
    );
  }

  function forget(): void {
    good.clear();
    const used = new Set(
      [...registrations.values()].flatMap(({ secrets }) => secrets.map(({ sealed }) => sealed)),
    );
    for (const sealed of opened.keys()) if (!used.has(sealed)) opened.delete(sealed);
  }

  function open(registration: Registration, sealed: string): string[] {
    if (!opened.has(sealed)) {
      const secret = box.open(sealed, registration.id);
      opened.set(sealed, secret);
      if (secret === null) onUnreadable(registration);
    }
    return [opened.get(sealed) ?? []].flat();
  }

  function goodSecrets(source: string, nowMs: number): GoodSecrets {
    const secrets: string[] = [];
    let untilMs = Infinity;
    for (const registration of registrations.values()) {
      if (registration.source !== source) continue;
      for (const { sealed, until } of registration.secrets) {
        const endMs = until === null ? Infinity : Date.parse(until);
        if (endMs <= nowMs) continue;
        secrets.push(...open(registration, sealed));
        untilMs = Math.min(untilMs, endMs);
      }
    }
    return { secrets, untilMs };
  }

  return {
    replaceAll,
    put(registration) {
      registrations.set(registration.id, registration);
      forget();
    },
    lose: () => void (isCurrent = false),
    isCurrent: () => isCurrent,
    secretsOf(source) {
      const nowMs = now();
      const known = good.get(source);
      if (known && known.untilMs > nowMs) return known.secrets;
      const current = goodSecrets(source, nowMs);
      good.set(source, current);
      return current.secrets;
    },
    isGone: (id) => {
      const deletedAt = registrations.get(id)?.deletedAt;
      return typeof deletedAt === 'string' && Date.parse(deletedAt) + goneMs > now();
    },
  };
}
