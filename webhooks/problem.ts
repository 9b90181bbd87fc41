import { problemDocument, type ProblemDocument, type ProblemRegistry } from './problems/problem-document.ts';

/** Every way in which a delivery is refused: stable code, status, and what the sender should do about it. */
export const webhookProblems = {
  WEBHOOK_SOURCE_UNKNOWN: { status: 404, title: 'Nothing receives webhooks here' },
  WEBHOOK_RATE_EXCEEDED: { status: 429, title: 'Too many deliveries; deliver again later' },
  WEBHOOK_METHOD_NOT_ALLOWED: { status: 405, title: 'Deliver webhooks with POST' },
  WEBHOOK_BODY_TOO_LARGE: { status: 413, title: 'The body is larger than this source may send' },
  WEBHOOK_BODY_LATE: { status: 408, title: 'The body did not arrive in time' },
  WEBHOOK_BODY_INCOMPLETE: { status: 400, title: 'The body ended before its end' },
  WEBHOOK_CODING_UNSUPPORTED: { status: 415, title: 'The content-encoding is not supported' },
  WEBHOOK_CODING_INVALID: { status: 400, title: 'The body is not in its content-encoding' },
  WEBHOOK_SIGNATURE_INVALID: { status: 401, title: 'The delivery could not be verified' },
  WEBHOOK_MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'The content-type is none that this source delivers',
  },
  WEBHOOK_BODY_MALFORMED: { status: 422, title: 'The body is not valid JSON text' },
  WEBHOOK_EVENT_UNMATCHED: { status: 422, title: 'The delivery is none of the events known for this source' },
  WEBHOOK_PAYLOAD_INVALID: { status: 422, title: 'The payload does not fit the schema of its event' },
  WEBHOOK_ID_INVALID: { status: 422, title: 'The delivery has no usable id' },
  WEBHOOK_ID_CONFLICT: { status: 409, title: 'Another body was already delivered with this id' },
  WEBHOOK_REGISTRATION_GONE: { status: 410, title: 'This registration was deleted; do not deliver here' },
  WEBHOOK_LOG_UNAVAILABLE: { status: 503, title: 'Events can not be stored now; deliver again later' },
} as const satisfies ProblemRegistry;

export type WebhookProblemCode = keyof typeof webhookProblems;

/** One place where a payload breaks its schema. */
export interface SchemaViolation {
  /** JSON pointer of the instance, `""` for the whole payload. */
  readonly path: string;
  /** What the schema asks for; never what the payload holds. */
  readonly message: string;
}

/** The body of every answer that is not 2xx. */
export interface WebhookProblem extends ProblemDocument<WebhookProblemCode> {
  /** Some of the violations; the first is enough to refuse a payload, so the list is not complete. */
  readonly errors?: readonly SchemaViolation[];
}

/** A delivery that goes no further. */
export interface Refusal {
  readonly refused: WebhookProblem;
}

/** Makes a refusal. Nothing of the delivery may go into `detail` but what configuration also says. */
export function refusal(
  code: WebhookProblemCode,
  detail?: string,
  errors?: readonly SchemaViolation[],
): Refusal {
  return { refused: { ...problemDocument(webhookProblems, code, detail), ...(errors && { errors }) } };
}

/** Tells a refusal from the value that a check gives otherwise. */
export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}
