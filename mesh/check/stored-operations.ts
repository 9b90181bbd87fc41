import { glob, readFile } from 'node:fs/promises';
import { parse, validate, type GraphQLSchema } from 'graphql';

/** Why a stored operation does not work with a schema. */
export interface OperationProblem {
  /** Path of the file. */
  file: string;
  message: string;
}

export interface StoredOperations {
  /** How many files there are. */
  files: number;
  problems: readonly OperationProblem[];
}

/**
 * Validates files that hold GraphQL operations, each with the fragments that it uses.
 * @param pattern a glob: `clients/**\/*.graphql`
 */
export async function checkStoredOperations(
  schema: GraphQLSchema,
  pattern: string,
): Promise<StoredOperations> {
  const files: string[] = [];
  for await (const file of glob(pattern)) files.push(file);
  const problems: OperationProblem[] = [];
  for (const file of files.toSorted()) {
    const text = await readFile(file, 'utf8');
    for (const message of problemsOf(schema, text)) problems.push({ file, message });
  }
  return { files: files.length, problems };
}

function problemsOf(schema: GraphQLSchema, text: string): string[] {
  try {
    return validate(schema, parse(text)).map(({ message, locations }) => {
      const line = locations?.[0]?.line;
      return line === undefined ? message : `line ${line}: ${message}`;
    });
  } catch (error) {
    return [(error as Error).message];
  }
}
