import type { DeliveryHeaders } from '../delivery.ts';

/** What a signature is checked against: the raw bytes and the headers of one delivery, at one time. */
export interface VerifierInput {
  readonly headers: DeliveryHeaders;
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** True when the delivery is signed as the scheme asks. Never throws, and never says why it is false. */
export type Verifier = (input: VerifierInput) => boolean;

/** A secret can't be used with its scheme. The message never holds the secret. */
export class SecretFormatError extends Error {
  override readonly name = 'SecretFormatError';
}
