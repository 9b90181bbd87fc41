import { graphql, type ExecutionResult } from 'graphql';
import { compileDocument } from '../../mesh/wrap/compile-document.ts';
import { parseOpenApiDocument } from '../../mesh/document/parse-document.ts';
import { createRestSubgraph } from '../../mesh/rest-subgraph.ts';
import { parseSubgraphConfig } from '../../mesh/config/subgraph-config.ts';
import { createSubgraphContext, type SubgraphContext } from '../../mesh/subgraph-context.ts';
import type { RestSubgraphParts, Subgraph } from '../../mesh/subgraph.ts';
import { startRecordingService, type RecordingService } from './recording-service.ts';

/** A REST folder compiled from text, in front of a service that remembers what it was asked. */
export interface CompiledRest {
  readonly subgraph: Subgraph & { rest: RestSubgraphParts };
  readonly service: RecordingService;
  /** Executes on the subgraph alone; a fresh context unless one is given. */
  run(query: string, variables?: object, context?: SubgraphContext): Promise<ExecutionResult>;
  /** Entities of references, as the gateway asks for them; fields by type. */
  entities(references: readonly object[], selection: string): Promise<ExecutionResult>;
  close(): Promise<void>;
}

export interface CompileRestOptions {
  /** YAML below `info`. */
  document: string;
  /** YAML below `endpoint`. */
  config?: string;
  /** @default shop */
  name?: string;
  /** 2.0 is Swagger. @default 3.1.0 */
  openapi?: string;
}

export async function compileRest(options: CompileRestOptions): Promise<CompiledRest> {
  const { document, config = '', name = 'shop', openapi = '3.1.0' } = options;
  const service = await startRecordingService();
  try {
    const version = openapi === '2.0' ? "swagger: '2.0'" : `openapi: ${openapi}`;
    const text = `${version}\ninfo: { title: Test, version: '1' }\n${document}`;
    const folder = `subgraphs/${name}`;
    const file = `${folder}/openapi.yaml`;
    const warnings: string[] = [];
    const parsed = parseOpenApiDocument(text, file, warnings);
    const { rest, ...subgraph } = createRestSubgraph({
      name,
      file,
      compiled: await compileDocument({ name, file, document: parsed, warnings }),
      config: parseSubgraphConfig(`endpoint: ${service.url}\n${config}`, `${folder}/subgraph.yaml`, {}),
    });
    if (!rest) throw new Error('a REST subgraph has its parts');
    const run: CompiledRest['run'] = (query, variables, context = createSubgraphContext({})) =>
      graphql({
        schema: subgraph.schema,
        source: query,
        variableValues: (variables ?? {}) as Record<string, unknown>,
        contextValue: context,
      });
    return {
      subgraph: { ...subgraph, rest },
      service,
      run,
      entities: (references, selection) =>
        run(`query ($references: [_Any!]!) { _entities(representations: $references) { ${selection} } }`, {
          references,
        }),
      async close() {
        await subgraph.close();
        await service.close();
      },
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}

/** A result without the prototypes that graphql-js leaves out. */
export function plain(result: ExecutionResult): { data?: unknown; errors?: { message: string }[] } {
  return JSON.parse(JSON.stringify(result)) as { data?: unknown; errors?: { message: string }[] };
}
