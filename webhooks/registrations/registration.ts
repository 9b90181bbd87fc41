import type { StoredRecord } from '../../events/record-store.ts';

/** A service that registered itself for a source, as the store keeps it. Times are RFC 3339 with milliseconds. */
export interface Registration {
  /** Opaque; `isRegistrationId` says how it looks. */
  readonly id: string;
  readonly source: string;
  /** What whoever registered wrote about it; null when that is nothing. */
  readonly description: string | null;
  readonly createdAt: string;
  readonly rotatedAt: string | null;
  /** A deleted one is kept for a while, without secrets, so that its URL can say that it is gone. */
  readonly deletedAt: string | null;
  /** The one that it has, and those that are good for a while yet. Encrypted. */
  readonly secrets: readonly SealedSecret[];
}

export interface SealedSecret {
  readonly sealed: string;
  /** The end of its overlap; null for the one that is in use. */
  readonly until: string | null;
}

/** A registration as others may see it: no secret is in it. */
export interface RegistrationView {
  readonly id: string;
  readonly source: string;
  readonly description: string | null;
  /** Where it delivers to. */
  readonly url: string;
  readonly createdAt: string;
  readonly rotatedAt: string | null;
  /** Until when the secret before the last rotation is good; null when it is not. */
  readonly formerSecretUntil: string | null;
}

/** Collection of the record store. */
export const registrationsCollection = 'registrations';

/** How long the URL of a deleted registration answers 410, in milliseconds: 30 days. */
export const goneMs = 30 * 86_400_000;

/** Whether a text from outside may be the id of a registration. */
export function isRegistrationId(text: string): boolean {
  return /^reg_[0-9a-f]{32}$/.test(text);
}

/** In lists a registration stands at the time when it was made. */
export function registrationRecord(registration: Registration): StoredRecord {
  const { id: key, createdAt: at } = registration;
  return { collection: registrationsCollection, key, at, json: JSON.stringify(registration) };
}

export function readRegistration({ json }: Pick<StoredRecord, 'json'>): Registration {
  return JSON.parse(json) as Registration;
}

/** @param publicUrl base URL of this gateway, as senders reach it */
export function viewOf(registration: Registration, publicUrl: string, nowMs: number): RegistrationView {
  const { id, source, description, createdAt, rotatedAt, secrets } = registration;
  const former = secrets.flatMap(({ until }) => (until !== null && Date.parse(until) > nowMs ? [until] : []));
  const formerSecretUntil = former.toSorted().at(-1) ?? null;
  const url = deliveryUrl({ publicUrl, source, id });
  return { id, source, description, url, createdAt, rotatedAt, formerSecretUntil };
}

const parameter = 'registration';

function deliveryUrl({ publicUrl, source, id }: { publicUrl: string; source: string; id: string }): string {
  return `${publicUrl}/webhooks/${source}?${parameter}=${id}`;
}

/** The registration that the URL of a delivery names; null when it names none. @param target path and query */
export function registrationOf(target: string): string | null {
  const query = target.split('?', 2)[1];
  return query === undefined ? null : new URLSearchParams(query).get(parameter);
}
