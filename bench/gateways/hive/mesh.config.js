import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFederationTransform, defineConfig } from '@graphql-mesh/compose-cli';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';

const folders = join(import.meta.dirname, '../subgraphs');
// oxlint-disable-next-line node/no-process-env -- mesh-compose hands nothing else to its configuration
const { STORE_URL } = process.env;

/** Entities by the folder that has them: the list operation takes many keys, so that Mesh can batch. */
const entities = {
  customers: {
    Customer: { key: { fields: 'id', resolveReference: { fieldName: 'customers', keyArg: 'ids' } } },
  },
  products: {
    Product: { key: { fields: 'sku', resolveReference: { fieldName: 'products', keyArg: 'skus' } } },
  },
  stock: {
    StockLevel: { key: { fields: 'sku', resolveReference: { fieldName: 'stockLevels', keyArg: 'skus' } } },
  },
};

/** A link from one service to another, resolved with one call for all keys of a request. */
const link = (field, entity, source, sourceField, keyField, keysArg) => `
  ${field}: ${entity} @resolveTo(
    sourceName: "${source}", sourceTypeName: "Query", sourceFieldName: "${sourceField}",
    keyField: "${keyField}", keysArg: "${keysArg}"
  )`;

export const composeConfig = defineConfig({
  subgraphs: readdirSync(folders).map((name) => ({
    sourceHandler: loadOpenAPISubgraph(name, {
      source: join(folders, name, 'openapi.yaml'),
      endpoint: `${STORE_URL}/${name}`,
      ignoreErrorResponses: true,
    }),
    transforms: entities[name] ? [createFederationTransform(entities[name])] : [],
  })),
  additionalTypeDefs: `
    extend type Order { ${link('customer', 'Customer', 'customers', 'customers', 'customerId', 'ids')} }
    extend type Invoice { ${link('customer', 'Customer', 'customers', 'customers', 'customerId', 'ids')} }
    extend type InvoiceLine { ${link('product', 'Product', 'products', 'products', 'sku', 'skus')} }
    extend type Product { ${link('stock', 'StockLevel', 'stock', 'stockLevels', 'sku', 'skus')} }
  `,
});
