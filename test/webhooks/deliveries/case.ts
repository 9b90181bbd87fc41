/** The shape of a row in the tables of deliveries, and the deliveries and answers that several rows share. */
import { createHash } from 'node:crypto';
import type { SchemaViolation } from '../../../webhooks/problem.ts';
import { type SentDelivery, github, plain, standard } from '../senders.ts';

export interface DeliveryCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: readonly SentDelivery[];
  readonly expected: {
    /** Status of each answer. */
    readonly statuses: readonly number[];
    /** The headers of the last answer, besides the media type of its body. */
    readonly headers?: Readonly<Record<string, string>>;
    /** What the body of the last answer holds at least, or the plain text that it is; null is none. */
    readonly body: Readonly<Record<string, unknown>> | string | null;
    /** What the log holds at least, of all sources; exactly this many events. */
    readonly log: readonly Readonly<Record<string, unknown>>[];
    /** What quarantine holds, in the same way. @default nothing */
    readonly quarantine?: readonly Readonly<Partial<Kept>>[];
  };
}

/** A delivery in quarantine. */
export interface Kept {
  readonly source: string;
  /** `:event` of its URL. */
  readonly event: string | null;
  readonly id: string | null;
  readonly code: string;
  readonly detail: string | undefined;
  readonly errors: readonly SchemaViolation[] | undefined;
  /** The kept bytes, each as a character (Latin-1). */
  readonly body: string;
}

export const order = '{"type":"order.created","data":{"id":"o-1","total":12.50}}';
export const inLog = { source: 'orders', type: 'orderCreated', id: 'msg_1', subject: 'o-1', dataJson: order };
export const good = standard({ source: 'orders', body: order });
export const payment = (body: string | Buffer, more = {}) => standard({ source: 'payments', body, ...more });
export const push = github({
  source: 'github',
  body: '{"ref":"main"}',
  headers: { 'x-github-event': 'push' },
});
export const byPointer = (body: string) => plain({ source: 'ids', event: 'byPointer', body });

export const unverified = {
  statuses: [401],
  headers: { 'www-authenticate': 'Webhook-Signature' },
  body: { title: 'The delivery could not be verified', status: 401, code: 'WEBHOOK_SIGNATURE_INVALID' },
  log: [],
};
export const refused = (status: number, code: string, more = {}) => ({
  statuses: [status],
  body: { status, code, ...more },
  log: [],
});
export const unknown = refused(404, 'WEBHOOK_SOURCE_UNKNOWN');
export const tooLarge = refused(413, 'WEBHOOK_BODY_TOO_LARGE');
export const media = refused(415, 'WEBHOOK_MEDIA_TYPE_UNSUPPORTED');

/** Verified, no event, and kept: the answer is a success all the same. */
export const setAside = (
  code: string,
  { status = 202, ...kept }: Partial<Kept> & { status?: number } = {},
) => ({
  statuses: [status],
  headers: { 'sluice-quarantined': 'true' },
  body: null,
  log: [],
  quarantine: [{ code, ...kept }],
});
export const malformed = setAside('WEBHOOK_BODY_MALFORMED', { status: 204, source: 'payments', id: 'msg_1' });
export const badId = setAside('WEBHOOK_ID_INVALID', { id: null });
export const unmatched = setAside('WEBHOOK_EVENT_UNMATCHED');
export const violates = (path: string, message: string, status = 202) =>
  setAside('WEBHOOK_PAYLOAD_INVALID', { status, errors: [{ path, message }] });
export const taken = (event: object, status = 202) => ({
  statuses: [status],
  body: null,
  log: [{ ...event }],
});

export const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
