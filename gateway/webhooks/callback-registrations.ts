import { hash } from 'node:crypto';
import type { SubgraphConfig } from '../../mesh/config/subgraph-config.ts';
import type { RegisterConfig } from '../../mesh/config/webhook-config.ts';
import { isNotFound } from '../../mesh/rest/rest-error.ts';
import type { WholeAnswer } from '../../mesh/rest/rest-client.ts';
import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import type { RestSubgraphParts, Subgraph, SubgraphEvent } from '../../mesh/subgraph.ts';
import { compileJsonPointer } from '../../webhooks/json-pointer.ts';
import type { CallbackEndings, CallbackRegistration } from '../../webhooks/registrations/callback-keeper.ts';
import type { AcceptedCallback } from '../../webhooks/registrations/callback-state.ts';
import { AddressRefusedError, type GuardedCall } from '../../webhooks/registrations/guarded-call.ts';

export interface CallbackRegistrationsOptions {
  subgraphs: readonly Subgraph[];
  /** Base URL of this gateway, as services reach it. */
  publicUrl: string;
  /** Milliseconds since the epoch. @default Date.now */
  now?: () => number;
}

/**
 * The callbacks that services have to be told about: one call for each distinct operation and body, however many
 * events it brings, named after the first of them.
 * @throws SubgraphConfigError when `register` stands at an event that is no callback, at one whose URL has a place that
 * can't be filled, or names an operation that can't be called with an id
 */
export function callbackRegistrations(options: CallbackRegistrationsOptions): CallbackRegistration[] {
  const { subgraphs, publicUrl, now = Date.now } = options;
  const registrations = new Map<string, CallbackRegistration>();
  for (const { name: source, rest } of subgraphs) {
    for (const event of rest?.events ?? []) {
      const { register } = event.webhook;
      if (!rest || !register) continue;
      const url = `${publicUrl}/webhooks/${source}`;
      const { operationId, args } = registrationCall(rest.config, event, url);
      const fingerprint = hash('sha256', JSON.stringify([operationId, args]));
      const checking = operationWithId(rest, event, 'check');
      const ending = operationWithId(rest, event, 'unregister');
      const key = `${source} ${fingerprint}`;
      const known = registrations.get(key);
      const firstSubscribedTo = subscriptionsBefore(event, known);
      registrations.set(key, {
        source,
        name: event.name,
        describe: operationId,
        fingerprint,
        async register(signal) {
          const answer = await rest.callOperation(operationId, args, createSubgraphContext({ signal }));
          return { url, ending, ...whatIsSaid(answer, register, now()) };
        },
        ...(checking && { check: (accepted, signal) => isThere(rest, checking, accepted, signal) }),
        ...known,
        firstSubscribedTo,
      });
    }
  }
  return [...registrations.values()];
}

/** Which subscriptions a call awaits that brings this event too: none when it is made at the start for any of them. */
function subscriptionsBefore({ name, webhook }: SubgraphEvent, known: CallbackRegistration | undefined) {
  if (webhook.register?.when === 'start') return undefined;
  return known ? known.firstSubscribedTo && [...known.firstSubscribedTo, name] : [name];
}

/** Where the callback's runtime expression (OpenAPI 3.1, section 4.8.20.3) says that the URL is put. */
function registrationCall(config: SubgraphConfig, event: SubgraphEvent, url: string) {
  const place = ['webhooks', event.name, 'register'];
  if (!event.callback) throw config.problem(place, 'this event is no callback of an operation');
  const { operationId, expression } = event.callback;
  const extra = event.webhook.register?.body ?? {};
  const property = /^\{\$request\.body#\/([^/{}]+)\}$/.exec(expression)?.[1];
  if (property !== undefined) return { operationId, args: { input: { ...extra, [property]: url } } };
  const parameter = /^\{\$request\.query\.([A-Za-z0-9_]+)\}$/.exec(expression)?.[1];
  if (parameter !== undefined) return { operationId, args: { ...extra, [parameter]: url } };
  throw config.problem(place, `the callback's URL ${expression} can not be filled in`);
}

/** An operation that finds or ends one registration: its path names it. */
type OperationWithId = NonNullable<AcceptedCallback['ending']>;

function operationWithId(
  { config, pathArgumentsOf }: RestSubgraphParts,
  event: SubgraphEvent,
  field: 'check' | 'unregister',
): OperationWithId | null {
  const operationId = event.webhook.register?.[field];
  if (operationId === undefined) return null;
  const place = ['webhooks', event.name, 'register', field];
  const names = pathArgumentsOf(operationId);
  if (!names) throw config.problem(place, `the document has no operation ${operationId}`);
  const [argument, ...others] = names;
  if (argument !== undefined && others.length === 0) return { operationId, argument };
  throw config.problem(place, `${operationId} must have one parameter in its path, for the id`);
}

/** What the answer says of the registration. */
function whatIsSaid(
  { location, body }: WholeAnswer,
  { id, expires }: RegisterConfig,
  nowMs: number,
): Omit<AcceptedCallback, 'url' | 'ending'> {
  const found = id === undefined ? idOfLocation(location) : textOf(compileJsonPointer(id)(body));
  const expiresMs = expires === undefined ? null : expiryMs(compileJsonPointer(expires)(body), nowMs);
  const lacking = [
    ...(id !== undefined && found === null ? [`it has no id at ${id}`] : []),
    ...(expires !== undefined && expiresMs === null ? [`it has no time to come at ${expires}`] : []),
  ].join('; ');
  return {
    id: found,
    location: location ?? null,
    acceptedAt: new Date(nowMs).toISOString(),
    expiresAt: expiresMs === null ? null : new Date(expiresMs).toISOString(),
    lacking: lacking === '' ? null : lacking,
  };
}

function textOf(value: unknown): string | null {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : null;
}

/** The last part of the path: `https://api.example.com/hub/42` is registration 42. */
function idOfLocation(location: string | undefined): string | null {
  const part = location === undefined ? undefined : new URL(location).pathname.match(/([^/]+)\/*$/)?.[1];
  try {
    return part === undefined ? null : decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The end of time in ECMAScript is further away than any service means. */
const lifeMsMax = 100 * 365 * 86_400_000;

/** A time as in RFC 3339, or seconds from now; null for what is neither, or not to come. */
function expiryMs(value: unknown, nowMs: number): number | null {
  const ms = typeof value === 'number' ? nowMs + value * 1000 : Date.parse(textOf(value) ?? '');
  return ms > nowMs ? Math.min(ms, nowMs + lifeMsMax) : null;
}

async function isThere(
  rest: RestSubgraphParts,
  { operationId, argument }: OperationWithId,
  { id }: AcceptedCallback,
  signal: AbortSignal,
): Promise<boolean> {
  if (id === null) return false;
  try {
    await rest.callOperation(operationId, { [argument]: id }, createSubgraphContext({ signal }));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

export interface CallbackEndingsOptions {
  subgraphs: readonly Subgraph[];
  guardedCall: GuardedCall;
}

/**
 * How registrations are ended: by the operation that `unregister` named, else by a DELETE to where the service said that
 * the registration is.
 */
export function callbackEndings({ subgraphs, guardedCall }: CallbackEndingsOptions): CallbackEndings {
  const served = new Map(subgraphs.flatMap(({ name, rest }) => (rest ? [[name, rest]] : [])));
  return {
    isServed: (source) => served.has(source),
    async end(source, { id, location, ending }, signal) {
      const rest = served.get(source);
      if (!rest) return false;
      if (ending) return id !== null && endByOperation(rest, ending, id, signal);
      if (location === null) return false;
      const { endpoint } = rest.config;
      const ownOrigin = endpoint === undefined ? undefined : new URL(endpoint).origin;
      const ownHeaders = rest.config.headers.set;
      const status = await guardedCall({
        method: 'DELETE',
        url: location,
        ownOrigin,
        ownHeaders,
        signal,
      }).catch((error: unknown) => {
        // The reason of a connection that fails would name the address.
        throw error instanceof AddressRefusedError ? error : new Error('the Location can not be reached');
      });
      if (status <= 299 || status === 404 || status === 410) return true;
      throw new Error(`the Location answered ${status}`);
    },
  };
}

async function endByOperation(
  rest: RestSubgraphParts,
  { operationId, argument }: OperationWithId,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await rest.callOperation(operationId, { [argument]: id }, createSubgraphContext({ signal }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return true;
}
