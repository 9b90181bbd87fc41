import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { code, notice, table } from './markdown.ts';

/** What docs/subgraph.schema.json uses of JSON Schema. */
export interface ConfigSchema {
  $ref?: string;
  $defs?: Record<string, ConfigSchema>;
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: string[];
  default?: unknown;
  examples?: unknown[];
  required?: string[];
  properties?: Record<string, ConfigSchema>;
  propertyNames?: ConfigSchema;
  additionalProperties?: ConfigSchema | boolean;
  items?: ConfigSchema;
  oneOf?: ConfigSchema[];
  if?: ConfigSchema;
  then?: ConfigSchema;
  else?: ConfigSchema;
}

/** One field that can stand in subgraph.yaml. */
export interface ConfigField {
  /** `entities.<Type>.key` */
  path: string;
  type: string;
  isRequired: boolean;
  default: unknown;
  description: string;
}

export const configSchemaFile = 'docs/subgraph.schema.json';

export function readConfigSchema(): ConfigSchema {
  return JSON.parse(readFileSync(new URL(`../${configSchemaFile}`, import.meta.url), 'utf8')) as ConfigSchema;
}

/** docs/subgraph-yaml.md: every field of subgraph.yaml, with an example for each part. */
export function subgraphYamlPage(schema = readConfigSchema()): string {
  const parts = Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const fields = configFields(schema, name);
    const [example] = part.examples ?? [];
    const rows = fields.map(({ path, type, isRequired, default: value, description }) => [
      code(path),
      type,
      isRequired ? 'required' : value === undefined ? 'none' : code(JSON.stringify(value)),
      description,
    ]);
    const yaml = stringify({ [name]: example }, { lineWidth: 110 }).trimEnd();
    return `## ${name}

${table(['field', 'type', 'default', 'what it is'], rows)}

\`\`\`yaml
${yaml}
\`\`\`
`;
  });
  return `${notice(configSchemaFile)}
# subgraph.yaml

${schema.description ?? ''} [adding-a-subgraph.md](adding-a-subgraph.md) explains how the parts work together.

\`<…>\` stands for a name of yours. A field that is not required may be left out; "none"
means that nothing takes its place. \`\${NAME}\` in any value is read from the environment and must be set;
\`\${NAME:-default}\` need not be.

${parts.join('\n')}`;
}

/** The fields of one part of the file, itself first. */
export function configFields(schema: ConfigSchema, part: string): ConfigField[] {
  const property = schema.properties?.[part] ?? {};
  return fieldsOf(schema, property, part, schema.required?.includes(part) ?? false);
}

function fieldsOf(
  root: ConfigSchema,
  written: ConfigSchema,
  path: string,
  isRequired: boolean,
): ConfigField[] {
  const schema = resolved(root, written);
  const description = schema.description ?? '';
  const field = { path, type: typeOf(root, schema), isRequired, default: schema.default, description };
  return [field, ...membersOf(root, schema, path)];
}

function membersOf(root: ConfigSchema, schema: ConfigSchema, path: string): ConfigField[] {
  const fields = new Map<string, ConfigField>();
  for (const branch of [schema, ...formsOf(root, schema)]) {
    for (const [name, property] of Object.entries(branch.properties ?? {})) {
      const isRequired = branch.required?.includes(name) ?? false;
      for (const field of fieldsOf(root, property, `${path}.${name}`, isRequired)) {
        if (!fields.has(field.path)) fields.set(field.path, field);
      }
    }
  }
  const { additionalProperties: each, propertyNames } = schema;
  if (each && typeof each === 'object') {
    const item = resolved(root, each);
    const name = propertyNames?.title ?? 'name';
    for (const field of membersOf(root, item, `${path}.<${name}>`)) fields.set(field.path, field);
  }
  return [...fields.values()];
}

function resolved(root: ConfigSchema, schema: ConfigSchema): ConfigSchema {
  const name = schema.$ref?.replace('#/$defs/', '');
  // What stands beside a reference says more about this place than the definition does.
  return name === undefined ? schema : { ...root.$defs?.[name], ...schema };
}

function typeOf(root: ConfigSchema, schema: ConfigSchema): string {
  if (schema.enum) return schema.enum.map(code).join(' or ');
  const forms = formsOf(root, schema);
  if (forms.length > 0) return [...new Set(forms.map((form) => typeOfForm(root, form)))].join(' or ');
  const { additionalProperties: each } = schema;
  if (each && typeof each === 'object') {
    const type = typeOf(root, resolved(root, each));
    return `map of ${schema.propertyNames?.title ?? 'name'} to ${type}`;
  }
  const items = () => `list of ${typeOf(root, resolved(root, schema.items ?? {}))}`;
  const types = [schema.type ?? 'any'].flat();
  return types.map((type) => (type === 'array' ? items() : type)).join(' or ');
}

/** The forms that a value may have; none where it has one. `if` with both outcomes is used for clearer messages. */
function formsOf(root: ConfigSchema, { oneOf, then: first, else: otherwise }: ConfigSchema): ConfigSchema[] {
  const forms = oneOf ?? (first && otherwise ? [otherwise, first] : []);
  return forms.map((form) => resolved(root, form));
}

/** One of several forms: an object is told from another by what it requires. */
function typeOfForm(root: ConfigSchema, schema: ConfigSchema): string {
  return schema.required ? code(`{ ${schema.required.join(', ')} }`) : typeOf(root, schema);
}
