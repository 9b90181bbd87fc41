import type { Logger } from 'pino';
import type { RecordStore } from '../../events/record-store.ts';
import { createAccess, createAttemptLimit } from '../../webhooks/registrations/access.ts';
import { callbackViews } from '../../webhooks/registrations/callback-state.ts';
import { registrationsRouter } from '../../webhooks/registrations/express.ts';
import { createRegistrations, type Registrations } from '../../webhooks/registrations/registrations.ts';
import { createSecretBox } from '../../webhooks/registrations/secret-box.ts';
import type { WebhookSource } from '../../webhooks/source.ts';

export interface OpenRegistrationsOptions {
  adminKey: string;
  records: RecordStore;
  logger: Logger;
}

/** The services that registered themselves, looked after until it is closed; undefined without an ADMIN_KEY. */
export async function openRegistrations(
  options: OpenRegistrationsOptions,
): Promise<Registrations | undefined> {
  const { adminKey, records, logger } = options;
  if (adminKey === '') return undefined;
  const box = await createSecretBox(adminKey);
  const registrations = createRegistrations({ records, box, logger, now: Date.now });
  registrations.start();
  return registrations;
}

export interface RegistrationsDoorOptions extends OpenRegistrationsOptions {
  registrations: Registrations | undefined;
  sources: readonly WebhookSource[];
  /** Base URL of this gateway, as senders reach it; asked for when it listens. */
  publicUrl: () => string;
  /** Is told of folders whose token is of no use. */
  startLogger: Logger;
}

/** Serves `/webhooks/registrations`; undefined without an ADMIN_KEY. */
export function registrationsDoor(
  options: RegistrationsDoorOptions,
): ReturnType<typeof registrationsRouter> | undefined {
  const { registrations, sources, adminKey, records, publicUrl, logger, startLogger } = options;
  if (!registrations) {
    for (const { name, registrationToken } of sources) {
      if (registrationToken === undefined) continue;
      startLogger.warn({ source: name }, 'registrationToken is of no use without ADMIN_KEY');
    }
    return undefined;
  }
  const schemes = new Map(sources.map((source) => [source.name, schemesOf(source)]));
  const open = sources.filter(({ name }) => schemes.get(name)?.length);
  return registrationsRouter({
    registrations,
    permitOf: createAccess({
      tokens: new Map(open.map(({ name, registrationToken = null }) => [name, registrationToken])),
      adminKey,
    }),
    attempts: createAttemptLimit(Date.now),
    schemesOf: (source) => schemes.get(source) ?? [],
    callbacks: () => callbackViews(records),
    publicUrl,
    now: Date.now,
    logger,
  });
}

/** Those that take a secret. */
function schemesOf({ events }: WebhookSource): readonly string[] {
  const schemes = events.map(({ verify }) => verify.scheme).filter((scheme) => scheme !== 'none');
  return [...new Set(schemes)];
}
