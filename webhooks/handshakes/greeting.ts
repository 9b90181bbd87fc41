import type { WebhookAnswer } from '../answer.ts';
import type { UnverifiedDelivery } from '../delivery.ts';
import type { Payload } from '../payload.ts';

/** How a sender asks, before it delivers, whether somebody here wants its events. */
export interface Handshake {
  /**
   * Answers what comes before deliveries and is not signed. Undefined when it is none of this: then it goes the way of
   * every delivery.
   */
  readonly greet?: (request: HandshakeRequest) => WebhookAnswer | undefined;
  /** Answers a message whose signature is good and that is no event. Undefined when it is one. */
  readonly answer?: (payload: Payload) => WebhookAnswer | undefined;
}

/** The head of a request: a handshake is answered before a body is read. */
export type HandshakeRequest = Pick<UnverifiedDelivery, 'method' | 'target' | 'headers'>;

/** A handshake is configured so that it would agree with nobody, or with anybody by mistake. Names no token. */
export class HandshakeConfigError extends Error {
  override readonly name = 'HandshakeConfigError';
}
