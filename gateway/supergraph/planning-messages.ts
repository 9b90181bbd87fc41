import type { ErrorCode } from '../errors.ts';

/** A document of a client, as it was written, and which of its operations is meant. */
export interface Question {
  readonly source: string;
  readonly operationName: string | undefined;
}

export type Work =
  | ({ readonly kind: 'plan' } & Question)
  /** Answers an operation that the schema itself answers. */
  | ({
      readonly kind: 'introspect';
      /** Coerced, with defaults. */
      readonly variables: Readonly<Record<string, unknown>>;
    } & Question);

/** An error for a client, as it crosses from the thread. */
export interface PlainError {
  readonly message: string;
  /** Offsets in the document. */
  readonly positions: readonly number[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export type Outcome =
  /** The plan as JSON; a subscription's is a `SubscriptionPlan`, that of an operation without fetches is `null`. */
  | { readonly kind: 'planned'; readonly plan: string }
  /** The operation asks for nothing but the schema: `introspect` answers it. */
  | { readonly kind: 'introspection' }
  /** The body of the response, `{"data":…}`, in UTF-8. Its memory goes over to whoever asked. */
  | { readonly kind: 'introspected'; readonly body: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'refused'; readonly errors: readonly PlainError[] };

export type Reply =
  | { readonly kind: 'opened'; readonly apiSdl: string }
  | Outcome
  /** It is not the client's fault. */
  | { readonly kind: 'failed'; readonly message: string };

export interface WorkerOptions {
  /** Supergraph SDL. */
  readonly sdl: string;
}

/** An error that has no place in the document. */
export function plainError(code: ErrorCode, message: string): PlainError {
  return { message, positions: undefined, extensions: { code } };
}
