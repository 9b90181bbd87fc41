import { createSubgraphContext } from '../../mesh/subgraph-context.ts';
import type { SubgraphConfig } from '../../mesh/config/subgraph-config.ts';
import type { RestSubgraphParts, Subgraph, SubgraphEvent } from '../../mesh/subgraph.ts';
import type { CallbackRegistration } from '../../webhooks/registration.ts';

export interface CallbackRegistrationsOptions {
  subgraphs: readonly Subgraph[];
  /** Base URL of this gateway, as services reach it. */
  publicUrl: string;
}

/**
 * The callbacks that services have to be told about: one call for each distinct operation and body, however many
 * events it brings.
 * @throws SubgraphConfigError when `register` stands at an event that is no callback, or at one whose URL has a
 * place that can't be filled
 */
export function callbackRegistrations(options: CallbackRegistrationsOptions): CallbackRegistration[] {
  const registrations = new Map<string, CallbackRegistration>();
  for (const { name, rest } of options.subgraphs) {
    for (const event of rest?.events ?? []) {
      if (!rest || !event.webhook.register) continue;
      const url = `${options.publicUrl}/webhooks/${name}`;
      const { operationId, args } = registrationCall(rest.config, event, url);
      registrations.set(JSON.stringify([name, operationId, args]), {
        source: name,
        describe: operationId,
        register: (signal) => register(rest, operationId, args, signal),
      });
    }
  }
  return [...registrations.values()];
}

function register(
  rest: RestSubgraphParts,
  operationId: string,
  args: Record<string, unknown>,
  signal: AbortSignal,
) {
  return rest.callOperation(operationId, args, createSubgraphContext({ signal }));
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
