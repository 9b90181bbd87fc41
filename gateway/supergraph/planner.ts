import fi from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import {
  execute,
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { documentTokensMax } from '../execution/document-cache.ts';
import { withCode } from '../operations/client-errors.ts';
import { conditionsOnSubscriptionRoots, requiredNamesRule } from '../operations/operation-rules.ts';
import { apiSchemaOf } from './api-schema.ts';
import { plainError, type Outcome, type PlainError, type Question, type Work } from './planning-messages.ts';
import { requiredFields } from './required-fields.ts';

/** Longest plan, in characters of its JSON: what is compiled of it on the main thread must not block that for long. */
const planCharactersMax = 2 * 1024 * 1024;

/** Longest answer about the schema, in bytes of its JSON. That to GraphiQL about GitHub's API has 6 million. */
const introspectionBytesMax = 32 * 1024 * 1024;

export interface Planner {
  /** SDL of the schema that clients see. */
  readonly apiSdl: string;
  /**
   * Parses, validates and plans an operation of a client, or answers one about the schema. Takes as long as it takes.
   * @throws Error when the planner fails at a valid operation
   */
  perform(work: Work): Outcome;
}

/** Reads a supergraph, which takes a second for a thousand types. */
export function createPlanner(sdl: string): Planner {
  const supergraph = fi.Supergraph.build(sdl);
  const schema = supergraph.apiSchema();
  const apiSdl = fi.printSchema(schema);
  const apiSchema = apiSchemaOf(apiSdl);
  const planner = new QueryPlanner(supergraph, { exposeDocumentNodeInFetchNode: false });
  const rules = [...specifiedRules, requiredNamesRule(requiredFields(sdl))];
  const check = ({ source, operationName }: Question): DocumentNode | readonly PlainError[] => {
    const parsed = parseBounded(source);
    if (parsed instanceof GraphQLError) return [plain(withCode(parsed, 'GRAPHQL_PARSE_FAILED'))];
    const early = conditionsOnSubscriptionRoots(parsed);
    const errors = early.length > 0 ? early : validate(apiSchema, parsed, rules);
    if (errors.length > 0) return errors.map((error) => plain(withCode(error, 'GRAPHQL_VALIDATION_FAILED')));
    if (getOperationAST(parsed, operationName)) return parsed;
    return [plainError('OPERATION_RESOLUTION_FAILURE', 'operationName names no operation of the document')];
  };
  const plan = (document: DocumentNode, { source, operationName }: Question): Outcome => {
    // It is validated already.
    const options = { validate: false, ...(operationName !== undefined && { operationName }) };
    const { node } = planner.buildQueryPlan(fi.operationFromDocument(schema, document, options));
    // What no subgraph is asked for, the schema answers; without these names it is __typename.
    if (!node && /__(schema|type)\b/.test(source)) return { kind: 'introspection' };
    const json = JSON.stringify(node ?? null);
    return json.length > planCharactersMax ? tooComplex() : { kind: 'planned', plan: json };
  };
  return {
    apiSdl,
    perform: (work) => {
      try {
        const document = check(work);
        if (!('kind' in document)) return { kind: 'refused', errors: document };
        return work.kind === 'plan' ? plan(document, work) : introspect(apiSchema, document, work);
      } catch (error) {
        if (isBeyondLimit(error)) return tooComplex();
        throw error;
      }
    },
  };
}

function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: Extract<Work, { kind: 'introspect' }>,
): Outcome {
  const result = execute({
    schema,
    document,
    operationName: operationName ?? null,
    variableValues: variables,
  }) as ExecutionResult;
  if (result.errors) return { kind: 'refused', errors: result.errors.map(plain) };
  const body = new TextEncoder().encode(JSON.stringify({ data: result.data }));
  return body.length > introspectionBytesMax ? tooComplex() : { kind: 'introspected', body };
}

/** A document that is nested beyond the stack, or has more selections than the planner (2.14) takes on. */
function isBeyondLimit(error: unknown): boolean {
  return (
    error instanceof RangeError || /maximum recursive|non-local selections/.test((error as Error).message)
  );
}

function tooComplex(): Outcome {
  return {
    kind: 'refused',
    errors: [plainError('OPERATION_TOO_COMPLEX', 'The operation asks for more than one operation may')],
  };
}

function parseBounded(source: string): DocumentNode | GraphQLError {
  try {
    return parse(source, { maxTokens: documentTokensMax });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function plain({ message, positions, extensions }: GraphQLError): PlainError {
  return { message, positions, extensions };
}
