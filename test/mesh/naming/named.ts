import { nameForGraphQL, type NamingOptions } from '../../../mesh/naming/naming.ts';
import { normalise } from '../../../mesh/normalise/normalise.ts';
import { parametersByOperation } from '../../../mesh/rest/parameters.ts';
import { wrapWithMesh } from '../../../mesh/wrap/wrap.ts';
import { documentOf } from '../normalise/document-of.ts';

/** Names what a document says below `info`, as `createRestSubgraph` does. */
export async function name(
  yaml: string,
  config: Partial<NamingOptions['config']> = {},
  renames = new Map<string, string>(),
) {
  const { document, operationIds } = normalise(documentOf(yaml), 'shop');
  const parameters = parametersByOperation(document);
  const wrapped = await wrapWithMesh('shop', { document, alternatives: new Map(), bases: [] });
  return nameForGraphQL({
    wrapped,
    operationIds: new Map([...operationIds].map(([id, safe]) => [safe, id])),
    parameters,
    config: { naming: 'graphql', prefix: '', entities: {}, ...config },
    renames,
  });
}
