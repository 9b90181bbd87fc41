import { Router, type Request, type Response } from 'express';
import { isLetterId } from '../../webhooks/dead-letters/dead-letter.ts';
import type { DeadLetters } from '../../webhooks/dead-letters/dead-letters.ts';
import type { RequestProblem } from '../../webhooks/problems/problem-document.ts';
import { methodsOtherThan } from './admin.ts';
import { adminProblem } from './admin-problem.ts';
import { readSelection, writeCursor } from './letter-selection.ts';

/** The paths of dead letters, below `/admin`. */
export function deadLettersRouter(deadLetters: DeadLetters): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/dead-letters')
    .get(async (request, response) => {
      const { results, next } = await deadLetters.list(readSelection(request.url));
      const total = await deadLetters.count();
      sendJson(response, { total, deadLetters: results, next: next && writeCursor(next) });
    })
    .delete(async (request, response) => {
      const { results, next } = await deadLetters.discardMany(
        readSelection(request.url, { mustChoose: true }),
      );
      sendJson(response, { discarded: results, next: next && writeCursor(next) });
    })
    .all(methodsOtherThan('GET, HEAD, DELETE'));
  router
    .route('/dead-letters/redrive')
    .post(async (request, response) => {
      const { results, next } = await deadLetters.redriveMany(
        readSelection(request.url, { mustChoose: true }),
      );
      sendJson(response, { redriven: results, next: next && writeCursor(next) });
    })
    .all(methodsOtherThan('POST'));
  router
    .route('/dead-letters/:id')
    .get(async (request, response) => sendJson(response, found(await deadLetters.read(letterId(request)))))
    .delete(async (request, response) => {
      const outcome = await deadLetters.discard(letterId(request));
      if (outcome === 'gone') throw noLetter();
      if (outcome === 'redriving')
        throw adminProblem('ADMIN_CONFLICT', 'This dead letter is being redriven.');
      response.status(204).end();
    })
    .all(methodsOtherThan('GET, HEAD, DELETE'));
  router
    .route('/dead-letters/:id/redrive')
    .post(async (request, response) =>
      sendJson(response, found(await deadLetters.redrive(letterId(request)))),
    )
    .all(methodsOtherThan('POST'));
  return router;
}

/** What is no id is not looked up. */
function letterId({ params }: Request<{ id: string }>): string {
  if (!isLetterId(params.id)) throw noLetter();
  return params.id;
}

function found<Value>(value: Value | null): Value {
  if (value === null) throw noLetter();
  return value;
}

function noLetter(): RequestProblem {
  return adminProblem('ADMIN_NOT_FOUND', 'There is no dead letter of this id.');
}

function sendJson(response: Response, value: object): void {
  response.set('content-type', 'application/json; charset=utf-8').end(JSON.stringify(value));
}
