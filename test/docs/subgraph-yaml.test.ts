/** The reference of subgraph.yaml is whole, and its examples are taken. */
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { configFields, readConfigSchema } from '../../bin/subgraph-yaml-page.ts';
import { parseSubgraphConfig } from '../../mesh/config/subgraph-config.ts';

const schema = readConfigSchema();
const parts = Object.keys(schema.properties ?? {});

test.each(parts)('every field of %s is described', (part) => {
  const fields = configFields(schema, part);
  expect(fields.filter(({ description }) => description === '').map(({ path }) => path)).toEqual([]);
});

test.each(parts)('the example of %s is taken', (part) => {
  const [example] = schema.properties?.[part]?.examples ?? [];
  expect(example).toBeDefined();
  const verified = { webhookDefaults: { verify: { scheme: 'none' } } };
  const text = stringify({ endpoint: 'http://service.test', ...verified, [part]: example });
  const anySecret = new Proxy<Record<string, string>>({}, { get: () => 'http://secret.test' });
  expect(() => parseSubgraphConfig(text, 'subgraph.yaml', anySecret)).not.toThrow();
});
