import * as fc from 'fast-check';
import {
  parse,
  print,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { plannedRequest } from '../../../../bench/planned-request.ts';
import { silentLogger } from '../../../../events/logger.ts';
import { requiredNamesRule } from '../../../../gateway/operations/operation-rules.ts';
import { requiredFields, type RequiredFields } from '../../../../gateway/supergraph/required-fields.ts';
import { createSupergraph } from '../../../../gateway/supergraph/supergraph.ts';
import type { ComposedSupergraph } from '../../../../mesh/federation/compose.ts';
import { createSubgraphContext } from '../../../../mesh/subgraph-context.ts';
import { answerOf, type Answer } from './answers.ts';
import { apolloDifferences } from './apollo-differences.ts';
import { createChoices } from './choices.ts';
import { circumstancesHeader, type Circumstances } from './failures.ts';
import { randomOperation, type RandomOperationOptions } from './random-operation.ts';
import { createReference } from './reference.ts';

/** How many operations are made up on the invented supergraph. */
export const runs = Number(process.env['ORACLE_RUNS'] ?? 150);

/** The same ones for every short run, others for every long one; a failure tells which. */
const fuzzSeed = Number(
  process.env['ORACLE_SEED'] ?? (process.env['ORACLE_RUNS'] === undefined ? 4 : Date.now()),
);

/** A planner that gives up is no executor's fault: 2.14 does on conditions on interface objects that nothing meets. */
const unplannable = 'We should have an edge from';

/** An operation, and what happens while it is executed. */
export interface Asked {
  document: DocumentNode;
  variables: Record<string, unknown>;
  circumstances: Omit<Circumstances, 'isAtOnce'>;
}

/** What became of an operation: `refused`, `not planned`, `alike`, `alike, with errors`, or the id of a difference. */
type Outcome = string;

/** Our executor and the reference, on one supergraph. */
export async function createOracle(composed: ComposedSupergraph) {
  const supergraph = await createSupergraph({ composed, logger: silentLogger });
  const reference = await createReference(composed, supergraph.apiSchema);
  const required = requiredFields(composed.sdl);
  /** @returns what executes it with ours, each time it is called */
  const planOurs = async (asked: Asked) => {
    const execute = await plannedRequest(supergraph, print(asked.document));
    return (isAtOnce: boolean) => execute(request(asked, isAtOnce));
  };
  const executeTheirs = (asked: Asked) => reference.execute(request(asked, true));
  return {
    apiSchema: supergraph.apiSchema,
    isValid: (document: DocumentNode) => isValid(supergraph.apiSchema, required, document),
    planOurs,
    executeTheirs,
    /** @throws Error that tells both answers, when they differ and no known difference explains it */
    async compare(asked: Asked): Promise<Outcome> {
      if (!isValid(supergraph.apiSchema, required, asked.document)) return 'refused';
      const theirs = await plannedOr(unplannable, () => executeTheirs(asked));
      if (theirs === undefined) return 'not planned';
      const executeOurs = await planOurs(asked);
      let difference: string | undefined;
      // Before and after its projections are compiled; answered at once, and later.
      for (let run = 0; run < 5; run++) {
        const ours = await executeOurs(run % 2 === 0);
        const { isSame, id } = compareAnswers(answerOf(ours), answerOf(theirs), print(asked.document));
        if (!isSame && id === undefined) throw new Error(explain(asked, run, { ours, theirs }));
        difference ??= id;
      }
      return difference ?? (theirs.errors ? 'alike, with errors' : 'alike');
    },
    async close() {
      await supergraph.close();
      await reference.close();
    },
  };
}

export type Oracle = Awaited<ReturnType<typeof createOracle>>;

export interface MadeUpOptions extends Omit<RandomOperationOptions, 'schema' | 'choices'> {
  runs: number;
  /** How many places fail; one of these for each operation. */
  failuresPerThousand: readonly number[];
}

/**
 * Makes up operations and compares the answers; fast-check shrinks the numbers that they are made of.
 * @returns how many of a hundred operations had which outcome
 * @throws Error for the smallest operation whose answers differ
 */
export async function compareMadeUp(
  oracle: Oracle,
  { runs, failuresPerThousand, ...options }: MadeUpOptions,
): Promise<(outcome: Outcome) => number> {
  const counts = new Map<Outcome, number>();
  const numbers = fc.array(fc.nat({ max: 9999 }), { minLength: 20, maxLength: 400, size: 'max' });
  const failures = fc.constantFrom(...failuresPerThousand);
  const property = fc.asyncProperty(
    numbers,
    fc.nat({ max: 9999 }),
    failures,
    async (made, seed, perThousand) => {
      const choices = createChoices(made);
      const { query, variables } = randomOperation({ ...options, schema: oracle.apiSchema, choices });
      const document = parse(query, { noLocation: true });
      const outcome = await oracle.compare({
        document,
        variables,
        circumstances: { seed, failuresPerThousand: perThousand },
      });
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    },
  );
  await fc.assert(property, { numRuns: runs, seed: fuzzSeed });
  return (outcome) => (100 * (counts.get(outcome) ?? 0)) / runs;
}

function isValid(apiSchema: GraphQLSchema, required: RequiredFields, document: DocumentNode): boolean {
  const rules = [...specifiedRules, requiredNamesRule(required)];
  return validate(apiSchema, document, rules).length === 0;
}

function request({ document, variables, circumstances }: Asked, isAtOnce: boolean) {
  const headers = circumstancesHeader({ ...circumstances, isAtOnce });
  return { document, operationName: undefined, variables, context: createSubgraphContext({ headers }) };
}

function compareAnswers(
  ours: Answer,
  theirs: Answer,
  query: string,
): { isSame: boolean; id?: string | undefined } {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return { isSame: true };
  const found = apolloDifferences.find(({ explains }) => explains?.(ours, theirs, query));
  return { isSame: false, id: found?.id };
}

async function plannedOr<T>(message: string, execute: () => Promise<T>): Promise<T | undefined> {
  try {
    return await execute();
  } catch (error) {
    if ((error as Error).message.startsWith(message)) return undefined;
    throw error;
  }
}

/** All that is needed to see what happened, and to see it again. */
function explain(
  { document, variables, circumstances }: Asked,
  run: number,
  answers: { ours: ExecutionResult; theirs: ExecutionResult },
): string {
  const told = Object.entries(answers).map(([whose, result]) => {
    const { data, errors, nulls } = answerOf(result);
    const messages = (result.errors ?? []).map(({ message }) => message);
    return `${whose}: ${data}\n  errors: ${errors.join(' ')}\n  below: ${nulls.join(' ')}\n  ${messages.join('\n  ')}`;
  });
  return [print(document), JSON.stringify({ variables, ...circumstances, run }), ...told].join('\n');
}
