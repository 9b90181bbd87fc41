import express, { type RequestHandler, type Response, Router } from 'express';
import type { Logger } from '../../events/logger.ts';
import { notStored, problemAnswers } from '../problems/express.ts';
import type { RequestProblem } from '../problems/problem-document.ts';
import type { AttemptLimit, Permit } from './access.ts';
import type { CallbackView } from './callback-state.ts';
import { registrationProblem } from './problem.ts';
import { isRegistrationId, type Registration, viewOf } from './registration.ts';
import type { FreshSecret, Registrations } from './registrations.ts';
import { readNewRegistration, readOverlapMs } from './requests.ts';

export interface RegistrationsRouterOptions {
  readonly registrations: Registrations;
  readonly permitOf: (authorization: string | undefined) => Permit | null;
  readonly attempts: AttemptLimit;
  /** Names of the schemes that a source verifies deliveries by. */
  readonly schemesOf: (source: string) => readonly string[];
  /** What Sluice itself has registered with services; for operators. */
  readonly callbacks: () => Promise<readonly CallbackView[]>;
  /** Base URL of this gateway, as senders reach it. */
  readonly publicUrl: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

const path = '/webhooks/registrations';

/** Largest body, in bytes. */
const bodyBytesMax = 16 * 1024;

const { methodsOtherThan, nothingHere, problemAnswer } = problemAnswers({
  problem: registrationProblem,
  codes: {
    unknown: 'REGISTRATION_UNKNOWN',
    methodNotAllowed: 'REGISTRATION_METHOD_NOT_ALLOWED',
    storeUnavailable: 'REGISTRATION_STORE_UNAVAILABLE',
    failed: 'REGISTRATION_FAILED',
  },
  mistakeOf,
});

/** What `express.raw` throws has a status. */
function mistakeOf(error: unknown): RequestProblem | undefined {
  const { status } = error as { status?: number };
  if (status === 413) return registrationProblem('REGISTRATION_BODY_TOO_LARGE');
  if (status === 415) return registrationProblem('REGISTRATION_MEDIA_TYPE_UNSUPPORTED');
  if (status === 400) return registrationProblem('REGISTRATION_REQUEST_INVALID');
  return undefined;
}

/**
 * `/webhooks/registrations`, where services register themselves. Nothing of a request is looked at before its token.
 * Answers are not to be stored, a secret is in the one answer that made it, and errors are problem documents.
 */
export function registrationsRouter(options: RegistrationsRouterOptions): Router {
  const { registrations, permitOf, attempts, schemesOf, callbacks, publicUrl, now, logger } = options;
  const router = Router({ caseSensitive: true });
  const show = (registration: Registration) => ({
    ...viewOf(registration, publicUrl(), now()),
    schemes: schemesOf(registration.source),
  });
  const showFresh = ({ registration, secret }: FreshSecret) => ({ ...show(registration), secret });

  /** @throws RequestProblem for one that there is not, and alike for one of another source */
  async function own(response: Response, id: string): Promise<Registration> {
    const registration = isRegistrationId(id) ? await registrations.read(id) : null;
    if (registration && permitIn(response).allows(registration.source)) return registration;
    throw registrationProblem('REGISTRATION_UNKNOWN');
  }

  const checkToken: RequestHandler = (request, response, next) => {
    const address = request.socket.remoteAddress ?? '';
    const seconds = attempts.secondsUntilHeard(address);
    if (seconds > 0) {
      const headers = { 'retry-after': String(seconds) };
      throw registrationProblem('REGISTRATION_ATTEMPTS_EXCEEDED', undefined, headers);
    }
    const given = request.headersDistinct['authorization'] ?? [];
    const permit = given.length === 1 ? permitOf(given[0]) : null;
    if (!permit) {
      attempts.failed(address);
      throw wrongToken();
    }
    response.locals['permit'] = permit;
    next();
  };

  router.use(path, notStored, checkToken, readBytes, jsonOnly);
  router
    .route(path)
    .get(async (_request, response) => {
      const { allows, isOperator } = permitIn(response);
      const seen = (await registrations.list()).filter(({ source }) => allows(source));
      response.json({ registrations: seen.map(show), ...(isOperator && { callbacks: await callbacks() }) });
    })
    .post(async (request, response) => {
      const wanted = readNewRegistration(bytesOf(request.body));
      // The same for a source that there is not, as for one of somebody else.
      const { allows, isOperator } = permitIn(response);
      if (!allows(wanted.source)) {
        if (isOperator) throw registrationProblem('REGISTRATION_UNKNOWN', 'No such source takes secrets.');
        attempts.failed(request.socket.remoteAddress ?? '');
        throw wrongToken();
      }
      const fresh = await registrations.create(wanted);
      logger.info(
        { source: wanted.source, registration: fresh.registration.id },
        'service registered itself',
      );
      response.status(201).location(`${path}/${fresh.registration.id}`).json(showFresh(fresh));
    })
    .all(methodsOtherThan('GET, HEAD, POST'));
  router
    .route(`${path}/:id`)
    .get(async (request, response) => void response.json(show(await own(response, request.params.id))))
    .delete(async (request, response) => {
      const { id, source } = await own(response, request.params.id);
      await registrations.remove(id);
      logger.info({ source, registration: id }, 'registration deleted');
      response.status(204).end();
    })
    .all(methodsOtherThan('GET, HEAD, DELETE'));
  router
    .route(`${path}/:id/rotate`)
    .post(async (request, response) => {
      const { id, source } = await own(response, request.params.id);
      const fresh = await registrations.rotate(id, readOverlapMs(bytesOf(request.body)));
      logger.info({ source, registration: id }, 'secret of a registration rotated');
      response.json(showFresh(fresh));
    })
    .all(methodsOtherThan('POST'));
  router.use(path, nothingHere, problemAnswer(logger));
  return router;
}

function permitIn({ locals }: Response): Permit {
  return locals['permit'] as Permit;
}

function wrongToken(): RequestProblem {
  return registrationProblem('REGISTRATION_TOKEN_INVALID', undefined, { 'www-authenticate': 'Bearer' });
}

const readBytes = express.raw({ limit: bodyBytesMax, inflate: false, type: () => true });

/** Express leaves `body` alone where a request has none. */
function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

const jsonOnly: RequestHandler = (request, _response, next) => {
  const isJson = bytesOf(request.body).length === 0 || request.is('application/json') !== false;
  if (!isJson) throw registrationProblem('REGISTRATION_MEDIA_TYPE_UNSUPPORTED');
  next();
};
