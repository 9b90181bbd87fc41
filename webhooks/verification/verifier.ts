import type { DeliveryHeaders } from '../delivery.ts';

/** What a signature is checked against: the raw bytes and the headers of one delivery, at one time. */
export interface VerifierInput {
  readonly headers: DeliveryHeaders;
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Path and query, as they came. */
  readonly target: string;
}

/** True when the delivery is signed as the scheme asks. Never throws, and never says why it is false. */
export type Verifier = (input: VerifierInput) => boolean;

/** The headers that a sender of a scheme adds to a delivery, its id among them where the scheme has a header for it. */
export type Signer = (delivery: SignerInput) => Record<string, string>;

export interface SignerInput {
  readonly body: Buffer;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Where it is sent to. */
  readonly url: string;
  readonly contentType: string;
}

/** A secret can't be used with its scheme. The message never holds the secret. */
export class SecretFormatError extends Error {
  override readonly name = 'SecretFormatError';
}
