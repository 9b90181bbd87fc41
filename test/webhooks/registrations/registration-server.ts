import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { EventLog } from '../../../events/event-log.ts';
import { createAccess, createAttemptLimit } from '../../../webhooks/registrations/access.ts';
import { callbackViews } from '../../../webhooks/registrations/callback-state.ts';
import { registrationsRouter } from '../../../webhooks/registrations/express.ts';
import { createRegistrations } from '../../../webhooks/registrations/registrations.ts';
import { createSecretBox } from '../../../webhooks/registrations/secret-box.ts';
import { recordingLogger } from '../recording-logger.ts';

export const adminKey = 'key-of-the-operators';
export const tokens = { orders: 'token-of-orders-1', payments: 'token-of-payments' } as const;

export interface RegistrationServerOptions {
  log: EventLog;
  now: () => number;
  pollMs?: number;
  adminKey?: string;
}

/** `/webhooks/registrations` on a port of its own: `orders` and `payments` have tokens, `legacy` has none. */
export async function startRegistrationServer({ log, now, pollMs, ...options }: RegistrationServerOptions) {
  const key = options.adminKey ?? adminKey;
  const logger = recordingLogger();
  const box = await createSecretBox(key);
  const { records } = log;
  const registrations = createRegistrations({ records, box, logger, now, ...(pollMs && { pollMs }) });
  const sources = new Map<string, string | null>([...Object.entries(tokens), ['legacy', null]]);
  const app = express();
  app.use(
    registrationsRouter({
      registrations,
      permitOf: createAccess({ tokens: sources, adminKey: key }),
      attempts: createAttemptLimit(now),
      schemesOf: () => ['standard-webhooks'],
      callbacks: () => callbackViews(records),
      publicUrl: () => 'https://sluice.example',
      now,
      logger,
    }),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  registrations.start();
  return {
    registrations,
    logger,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/registrations`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await registrations.close();
    },
  };
}

export type RegistrationServer = Awaited<ReturnType<typeof startRegistrationServer>>;

export interface AskOptions {
  method?: string;
  token?: string | undefined;
  /** Sent as JSON. */
  json?: unknown;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/** @param path behind `/webhooks/registrations` */
export async function ask({ url }: { url: string }, path: string, options: AskOptions = {}) {
  const { method = 'GET', token, json, body = json === undefined ? null : JSON.stringify(json) } = options;
  const response = await fetch(`${url}${path}`, {
    method,
    body: body as string | null,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== null && { 'content-type': 'application/json' }),
      ...options.headers,
    },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown>,
  };
}
