import type { VerifyConfig } from './verify-config.ts';

/** Where in a header or payload a value is found. */
export type Place = { header: string } | { pointer: string };

/** How Sluice registers a callback. `id` and `expires` are JSON pointers into the answer; operations are operationIds. */
export interface RegisterConfig {
  when: 'start' | 'first-subscriber';
  body?: Record<string, unknown>;
  id?: string;
  expires?: string;
  check?: string;
  unregister?: string;
}

export interface WebhookConfig {
  entity?: string | { type: string; at: string };
  match?: Place & { equals?: string };
  verify?: VerifyConfig;
  id?: Place;
  subject?: string;
  format?: 'json' | 'cloudevents' | 'form';
  handshake?: HandshakeSettings;
  strict?: boolean;
  register?: RegisterConfig;
}

/** How the sender asks whether its deliveries are wanted, as it is written. */
export type HandshakeSettings =
  | { scheme: 'cloudevents'; origins: string[] }
  | { scheme: 'websub'; topics?: string[]; verifyToken?: string | string[] }
  | { scheme: 'slack' | 'microsoft-graph' };

/** When a delivery is answered 2xx, where the event log is shared: docs/operations.md says what each is good for. */
export const durabilities = ['redis', 'redis+replicas', 'journal'] as const;
export type Durability = (typeof durabilities)[number];

/** What `webhookDefaults` says of the service as a whole. */
export interface WebhookSourceConfig {
  durability?: Durability;
  /** Deliveries per second. */
  rateMax?: number;
  bodyBytesMax?: number;
  registrationToken?: string;
}
