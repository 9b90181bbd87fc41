import { composeServices } from '@apollo/composition';
import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { withOwnersTypes } from './entity-stubs.ts';
import {
  createEventsSubgraph,
  eventsProblem,
  EventTypeError,
  type EventField,
  type EventsSubgraph,
} from './events-subgraph.ts';
import { eventsSubgraphName } from './event-history.ts';
import { fitSubgraphs, type Attempt, type Misfit } from './fitting-subgraphs.ts';
import { foreignKeyProblems } from './foreign-keys.ts';
import type { SubgraphProblem } from '../load-subgraphs.ts';
import { historyCollisions, nameCollisions } from './name-collisions.ts';
import type { DescribeAnswerError } from '../rest/answer-errors.ts';
import type { Subgraph } from '../subgraph.ts';

/** All subgraphs as one: what the gateway plans with and executes on. */
export interface ComposedSupergraph {
  /** Supergraph SDL (Apollo Federation 2). */
  sdl: string;
  /** Executable schema of every subgraph, the generated events subgraph included. */
  services: ReadonlyMap<string, GraphQLSchema>;
  /** Of the REST subgraphs: what errors about their answers are to a client. */
  answerErrors?: ReadonlyMap<string, DescribeAnswerError>;
  eventFields: readonly EventField[];
  /** What composition wants people to know. */
  hints: readonly string[];
}

/** What is served, and what is not. */
export interface Composition extends ComposedSupergraph {
  /** Subgraphs that are left out because they do not fit the others, in the order of their names. */
  problems: readonly SubgraphProblem[];
}

/** No subgraph can be served. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(`The subgraphs do not compose:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`);
    this.reasons = reasons;
  }
}

/**
 * Generates the events subgraph and composes it with the others. Subgraphs whose webhooks can't be typed, and those that
 * do not fit the others, are reported with their reasons and left out, as mesh/federation/fitting-subgraphs.ts describes.
 * @throws CompositionError with every reason when nothing composes
 */
export function composeSupergraph(subgraphs: readonly Subgraph[]): Composition {
  const alone = subgraphs.flatMap((subgraph): SubgraphProblem[] => {
    const message = eventsProblem(subgraph);
    return message === undefined ? [] : [{ name: subgraph.name, message }];
  });
  const sound = subgraphs.filter(({ name }) => !alone.some((problem) => problem.name === name));
  const { composed, problems, reasons } = fitSubgraphs(sound, composeAll);
  if (!composed) {
    const own = alone.map(({ message }) => message);
    throw new CompositionError(own.length > 0 && sound.length === 0 ? own : [...own, ...reasons]);
  }
  return { ...composed, problems: [...alone, ...problems].toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

function composeAll(subgraphs: readonly Subgraph[]): Attempt<ComposedSupergraph> {
  const collisions = nameCollisions(subgraphs);
  if (collisions.length > 0) {
    const between = collisions.flatMap((collision) => collision.subgraphs);
    return { misfit: { reasons: collisions.map(({ message }) => message), culprit: undefined, between } };
  }
  const [taken] = historyCollisions(subgraphs);
  if (taken) return { misfit: { reasons: [taken.message], culprit: taken.subgraphs[0] } };
  try {
    return composeWithEvents(subgraphs, createEventsSubgraph(subgraphs));
  } catch (error) {
    const culprit = error instanceof EventTypeError ? error.subgraph : undefined;
    return { misfit: { reasons: [(error as Error).message], culprit } };
  }
}

function composeWithEvents(
  subgraphs: readonly Subgraph[],
  events: EventsSubgraph | undefined,
): Attempt<ComposedSupergraph> {
  const services = new Map(subgraphs.map(({ name, schema }) => [name, schema]));
  const answerErrors = new Map(
    subgraphs.flatMap(({ name, rest }) => (rest ? [[name, rest.describeAnswerError] as const] : [])),
  );
  const all = subgraphs.map(({ typeDefs }) => typeDefs);
  const definitions = subgraphs.map(({ name, typeDefs, rest }) => ({
    name,
    url: `sluice:${name}`,
    typeDefs: withShareable(
      rest ? withOwnersTypes(typeDefs, all) : typeDefs,
      events?.shared.get(name) ?? new Set(),
    ),
  }));
  if (events) {
    services.set(eventsSubgraphName, events.schema);
    const url = `sluice:${eventsSubgraphName}`;
    definitions.push({ name: eventsSubgraphName, url, typeDefs: events.typeDefs });
  }
  const result = composeServices(definitions);
  if (result.errors) return { misfit: misfitOf(result.errors, subgraphs) };
  return {
    composed: {
      sdl: result.supergraphSdl,
      services,
      answerErrors,
      eventFields: events?.fields ?? [],
      hints: result.hints.map((hint) => hint.message),
    },
  };
}

const noQuery =
  'there is nothing to query: of all subgraphs, one must have a GET operation, a field of Query or an event';

function misfitOf(errors: readonly GraphQLError[], subgraphs: readonly Subgraph[]): Misfit {
  const [wrongKey] = foreignKeyProblems(subgraphs);
  if (wrongKey) return { reasons: [wrongKey.message], culprit: wrongKey.name };
  const messages = errors.map(({ extensions, message }) =>
    extensions['code'] === 'NO_QUERIES' ? noQuery : message,
  );
  return { reasons: messages, culprit: undefined };
}

const shareable: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'shareable' },
};

/** Marks the fields that payloads answer too. */
function withShareable(typeDefs: DocumentNode, fields: ReadonlySet<string>): DocumentNode {
  if (fields.size === 0) return typeDefs;
  let typeName = '';
  return visit(typeDefs, {
    ObjectTypeDefinition: (node) => void (typeName = node.name.value),
    ObjectTypeExtension: (node) => void (typeName = node.name.value),
    FieldDefinition: (node) =>
      fields.has(`${typeName}.${node.name.value}`)
        ? { ...node, directives: [...(node.directives ?? []), shareable] }
        : undefined,
  });
}
