import type { DeliveryFormat } from './formats/format.ts';
import type { HandshakeConfig } from './handshakes/handshake.ts';
import type { VerificationConfig } from './verification/verification.ts';

/** A JSON Schema (or OpenAPI Schema Object) as data. */
export type JsonSchemaObject = Readonly<Record<string, unknown>>;

/** Where in a delivery a value is found: a request header, or an RFC 6901 pointer into the payload. */
export type DeliveryPlace = { readonly header: string } | { readonly pointer: string };

/** Holds when the value at the place is this text; a number or boolean in the payload is compared as its JSON text. */
export type EventMatch = DeliveryPlace & { readonly equals: string };

/** One service that delivers webhooks to `POST /webhooks/:source`. */
export interface WebhookSource {
  /** The `:source` segment. */
  readonly name: string;
  /** Largest body taken, in bytes; one byte more is 413. */
  readonly bodyBytesMax: number;
  /** Verified deliveries per second, on average; what comes above is 429. @default no limit */
  readonly rateMax?: number | undefined;
  /** Bearer token with which the service registers its own webhooks. @default it can't */
  readonly registrationToken?: string | undefined;
  readonly events: readonly WebhookEvent[];
}

/** One kind of event that a source delivers. */
export interface WebhookEvent {
  /** Event type in the log, and the `:event` segment of `POST /webhooks/:source/:event`. */
  readonly name: string;
  /**
   * Tells this event from the others that arrive at `/webhooks/:source`. Not looked at on the event's own
   * route. Omitted: a sole event takes every delivery; one of several is reached only by its own route.
   */
  readonly match?: EventMatch | undefined;
  readonly verify: VerificationConfig;
  /**
   * What makes a delivery unique within its source.
   * @default what the format says (CloudEvents), else what the scheme offers, such as `webhook-id` or
   * `x-github-delivery` (`idPlaceOf`); otherwise the SHA-256 of the event's name, a line feed and the body
   */
  readonly id?: DeliveryPlace | undefined;
  /** What a delivery is. @default 'json' */
  readonly format?: DeliveryFormat | undefined;
  /** How the sender asks whether its deliveries are wanted. @default it does not ask */
  readonly handshake?: HandshakeConfig | undefined;
  /** RFC 6901 pointer into the payload: which thing the event is about. Nothing there: the event has no subject. */
  readonly subject?: string | undefined;
  /** Payload schema; `#/components/schemas/…` and `#/$defs/…` resolve within it. Omitted: any JSON is valid. */
  readonly schema?: JsonSchemaObject | undefined;
  /** OpenAPI version whose schema semantics hold. */
  readonly dialect: '3.0' | '3.1';
  /** 2xx that the sender's document asks for; 202 where it asks for none. */
  readonly successStatus: number;
  /** Whether a delivery that breaks its schema is answered 422 instead of a 2xx. It is kept in quarantine either way. @default false */
  readonly isStrict?: boolean | undefined;
}
