import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { LineCounter, parseDocument, type Document, type Node } from 'yaml';

/** Where in a header or payload a value is found. */
export type Place = { header: string } | { pointer: string };

/** How one signature scheme is set up; `secret` is absent only for `none`. */
export interface VerifyConfig {
  scheme: 'standard-webhooks' | 'github' | 'none';
  secret?: string | string[];
  toleranceSeconds?: number;
}

export interface RegisterConfig {
  when: 'start';
  unregister?: string;
  body?: Record<string, unknown>;
}

export interface WebhookConfig {
  entity?: string | { type: string; at: string };
  match?: Place & { equals?: string };
  verify?: VerifyConfig;
  id?: Place;
  subject?: string;
  register?: RegisterConfig;
}

/** How a key becomes an entity: GraphQL names of arguments and fields, operationId of the document. */
export interface EntityConfig {
  key: string;
  resolve: { operation: string; argument?: string; arguments?: Record<string, string>; max?: number };
}

export interface ReferenceLink {
  entity: string;
  key: Record<string, string>;
}

export interface OperationLink {
  operation: string;
  arguments: Record<string, string>;
  groupBy?: string;
  max?: number;
}

export type LinkConfig = ReferenceLink | OperationLink;

/** A parsed, validated and interpolated `subgraph.yaml`; its JSON Schema is docs/subgraph.schema.json. */
export interface SubgraphConfig {
  endpoint: string;
  headers: { forward: string[]; set: Record<string, string> };
  timeoutMs: number;
  naming: 'graphql' | 'source';
  prefix: string;
  operations: { exclude: string[]; rename: Record<string, string> };
  entities: Record<string, EntityConfig>;
  links: Record<string, LinkConfig>;
  webhooks: Record<string, WebhookConfig>;
}

/** The values that `${NAME}` in a file is read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One thing wrong with a subgraph folder. The message names file, line and field, and never a secret. */
export class SubgraphConfigError extends Error {
  override readonly name = 'SubgraphConfigError';
}

const schemaUrl = new URL('../docs/subgraph.schema.json', import.meta.url);
let validateConfig: ValidateFunction | undefined;

function configValidator(): ValidateFunction {
  validateConfig ??= new Ajv2020({ allErrors: true, strict: false }).compile(
    JSON.parse(readFileSync(schemaUrl, 'utf8')) as object,
  );
  return validateConfig;
}

/**
 * Parses one `subgraph.yaml`.
 * @param text content of the file
 * @param file its path, for messages
 * @param env values for `${NAME}` and `${NAME:-default}`
 * @throws SubgraphConfigError with file, line and field
 */
export function parseSubgraphConfig(text: string, file: string, env: Environment): SubgraphConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax) {
    const line = lines.linePos(syntax.pos[0]).line;
    throw new SubgraphConfigError(`${file}:${line}: not valid YAML: ${syntax.message.split('\n')[0]}`);
  }
  const fail = (path: readonly (string | number)[], message: string): never => {
    throw new SubgraphConfigError(
      `${file}:${lineOf(document, lines, path)}: ${path.join('.') || 'the file'}: ${message}`,
    );
  };
  const raw = interpolate(document.toJS({ maxAliasCount: 100 }), env, [], fail) as Record<string, unknown>;
  const validate = configValidator();
  if (!validate(raw)) {
    const error = mostTelling(validate.errors ?? []);
    const path = pathOf(error);
    fail(path, messageOf(error));
  }
  return withDefaults(raw as unknown as RawConfig, fail);
}

type RawConfig = Partial<SubgraphConfig> & { endpoint: string; webhookDefaults?: Partial<WebhookConfig> };
type Fail = (path: readonly (string | number)[], message: string) => never;

function withDefaults(raw: RawConfig, fail: Fail): SubgraphConfig {
  if (!/^https?:\/\/[^/]/.test(raw.endpoint) || !URL.canParse(raw.endpoint)) {
    fail(['endpoint'], 'must be an http:// or https:// URL');
  }
  const webhooks: Record<string, WebhookConfig> = {};
  for (const [name, webhook] of Object.entries(raw.webhooks ?? {})) {
    const merged = { ...raw.webhookDefaults, ...webhook };
    if (!merged.verify) {
      fail(
        ['webhooks', name],
        'needs "verify": how its deliveries are signed (scheme: none says that nothing is)',
      );
    }
    webhooks[name] = merged;
  }
  return {
    endpoint: raw.endpoint.replace(/\/+$/, ''),
    headers: {
      forward: (raw.headers?.forward ?? []).map((name) => name.toLowerCase()),
      set: raw.headers?.set ?? {},
    },
    timeoutMs: raw.timeoutMs ?? 10_000,
    naming: raw.naming ?? 'graphql',
    prefix: raw.prefix ?? '',
    operations: { exclude: raw.operations?.exclude ?? [], rename: raw.operations?.rename ?? {} },
    entities: raw.entities ?? {},
    links: raw.links ?? {},
    webhooks,
  };
}

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

function interpolate(value: unknown, env: Environment, path: (string | number)[], fail: Fail): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(variable, (_, name: string, fallback: string | undefined) => {
      const found = env[name] || fallback;
      return found ?? fail(path, `the environment variable ${name} is not set`);
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => interpolate(item, env, [...path, index], fail));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, interpolate(item, env, [...path, key], fail)]),
    );
  }
  return value;
}

/** The deepest error says most: a oneOf fails with an error for each branch and one for itself. */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject {
  const useful = errors.filter((error) => !['oneOf', 'if'].includes(error.keyword));
  const [first = errors[0], ...others] = useful;
  const best = others.reduce((a, b) => (a && rank(b) > rank(a) ? b : a), first);
  if (!best) throw new Error('a failed validation has an error');
  return best;
}

function rank(error: ErrorObject): number {
  return error.instancePath.split('/').length * 2 + (error.keyword === 'additionalProperties' ? 1 : 0);
}

function pathOf(error: ErrorObject): string[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (error.keyword === 'additionalProperties') path.push(String(error.params['additionalProperty']));
  if (error.keyword === 'required') path.push(String(error.params['missingProperty']));
  return path;
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'additionalProperties') return 'is not a known field here';
  if (error.keyword === 'required') return 'is missing';
  if (error.keyword === 'enum')
    return `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`;
  return error.message ?? 'is not valid';
}

function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as Node | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
