/** The shape of a row in the tables of sockets, and the bytes and answers that several rows share. */
import type { WebhookProblemCode } from '../../../webhooks/problem.ts';
import { head, order, signedLines } from '../door.ts';
import { standard } from '../senders.ts';
import type { Kept } from './case.ts';

export interface WireCase {
  readonly id: string;
  readonly sentence: string;
  /** Written one after the other. */
  readonly given: readonly (string | Buffer)[];
  /** Written again and again afterwards, until the server closes the connection. @default nothing */
  readonly drip?: string;
  /** Whether the sender closes its side afterwards. @default false */
  readonly ends?: boolean;
  readonly expected: {
    /** Until the server has closed the connection. */
    readonly answers: readonly WireAnswer[];
    /** What the log holds at least, of all sources; exactly this many events. @default nothing */
    readonly log?: readonly Readonly<Record<string, unknown>>[];
    /** What quarantine holds, in the same way. @default nothing */
    readonly quarantine?: readonly Readonly<Partial<Kept>>[];
  };
}

/** A problem is the whole body; without one there is no body. */
export interface WireAnswer {
  readonly status: number;
  readonly problem?: WebhookProblemCode;
  /** Some of the headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const bytes = order.length;
export const inLog = { source: 'orders', id: 'msg_1', dataJson: order };
export const last = 'connection: close';
export const whole = { answers: [{ status: 202 }], log: [inLog] };
/** Refused by the HTTP parser, which knows no problems. */
export const refused = (status: number) => ({ answers: [{ status, headers: { connection: 'close' } }] });
export const unverified = { status: 401, problem: 'WEBHOOK_SIGNATURE_INVALID' } as const;
export const late = { answers: [{ status: 408, problem: 'WEBHOOK_BODY_LATE' }] } as const;

/** A delivery of the order with these lines in its head, after which the connection is closed. */
export const withLines = (lines: string, body = order) =>
  head(`${signedLines}\r\n${lines}\r\n${last}`) + body;
export const good = withLines(`content-length: ${bytes}`);
export const unsigned = head(`content-length: ${bytes}`) + order;
export const chunks = (text: string, sizeLine = text.length.toString(16)) => `${sizeLine}\r\n${text}\r\n`;
export const chunked = (body: string, lines = '') => withLines(`transfer-encoding: chunked${lines}`, body);
export const end = '0\r\n\r\n';

/** A delivery after which another may follow. */
export function followed(source: string, id: string, body: string): string {
  const { headers } = standard({ source, id, body });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return head([...lines, `content-length: ${body.length}`].join('\r\n'), `/webhooks/${source}`) + body;
}

export const manyBytes = 1024 * 1024;
export const long = 'a'.repeat(manyBytes);
