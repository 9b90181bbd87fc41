import type { DeadLetter } from '../../webhooks/dead-letters/dead-letter.ts';
import type { LetterSummary, Redriven } from '../../webhooks/dead-letters/dead-letters.ts';
import { AdminCallError, type AdminClient } from './admin-client.ts';

/** Parameters that choose letters, as `/admin/dead-letters` takes them. */
export type LetterChoice = Readonly<Record<string, string>>;

/** What the answer says of one letter that was to be redriven; `unknown`: there is none of this id. */
export type RedrivenLetter = Redriven | { readonly id: string; readonly outcome: 'unknown' };

/** The dead letters of a gateway that runs. Everything throws what `AdminClient.call` throws. */
export interface DeadLettersClient {
  /** The first letters that fit. `total` counts all, those that do not fit too. */
  list(
    choice: LetterChoice,
    limit: number,
  ): Promise<{ total: number; letters: readonly LetterSummary[]; isMore: boolean }>;
  readonly read: (id: string) => Promise<DeadLetter>;
  /** Those that are named, or all that fit; one page after the other. */
  readonly redrive: (which: readonly string[] | LetterChoice) => AsyncGenerator<RedrivenLetter, void, void>;
  /** @returns ids of those that were removed, as they are removed */
  readonly discard: (which: readonly string[] | LetterChoice) => AsyncGenerator<string, void, void>;
}

/** Most letters that the gateway takes or gives at a time. */
const pageSize = 100;

export function createDeadLettersClient({ call }: AdminClient): DeadLettersClient {
  /** The answers of one call after the other, until there is no next one. */
  async function* pages<Page extends { next: string | null }>(
    method: 'GET' | 'POST' | 'DELETE',
    place: string,
    choice: LetterChoice,
  ): AsyncGenerator<Page, void, void> {
    for (let after: string | null | undefined; after !== null;) {
      const query = new URLSearchParams({ limit: String(pageSize), ...choice, ...(after && { after }) });
      const page = (await call(method, `${place}?${query}`)) as Page;
      yield page;
      after = page.next;
    }
  }

  async function list(choice: LetterChoice, limit: number) {
    const letters: LetterSummary[] = [];
    type Page = { total: number; deadLetters: readonly LetterSummary[]; next: string | null };
    const size = String(Math.min(limit, pageSize));
    for await (const page of pages<Page>('GET', '/dead-letters', { ...choice, limit: size })) {
      letters.push(...page.deadLetters);
      const { total, next } = page;
      if (next === null || letters.length >= limit)
        return { total, letters: letters.slice(0, limit), isMore: next !== null || letters.length > limit };
    }
    throw new Error('A list ends with its last page');
  }

  async function* redrive(which: readonly string[] | LetterChoice) {
    if (!isList(which)) {
      type Page = { redriven: readonly Redriven[]; next: string | null };
      for await (const page of pages<Page>('POST', '/dead-letters/redrive', which)) yield* page.redriven;
      return;
    }
    for (const id of which) {
      const answer = await unlessUnknown(call('POST', `${path(id)}/redrive`));
      yield answer === unknown ? { id, outcome: 'unknown' as const } : (answer as Redriven);
    }
  }

  async function* discard(which: readonly string[] | LetterChoice) {
    if (!isList(which)) {
      type Page = { discarded: readonly string[]; next: string | null };
      for await (const page of pages<Page>('DELETE', '/dead-letters', which)) yield* page.discarded;
      return;
    }
    for (const id of which) {
      if ((await unlessUnknown(call('DELETE', path(id)))) !== unknown) yield id;
    }
  }

  return { list, read: async (id) => (await call('GET', path(id))) as DeadLetter, redrive, discard };
}

const path = (id: string) => `/dead-letters/${encodeURIComponent(id)}`;

const isList = (which: readonly string[] | LetterChoice): which is readonly string[] => Array.isArray(which);

const unknown = Symbol('There is no letter of this id');

async function unlessUnknown(calling: Promise<unknown>): Promise<unknown> {
  try {
    return await calling;
  } catch (error) {
    if (error instanceof AdminCallError && error.code === 'ADMIN_NOT_FOUND') return unknown;
    throw error;
  }
}
