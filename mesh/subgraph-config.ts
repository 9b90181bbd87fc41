import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { mostTelling } from './config-problem.ts';
import type { AllowedReferences } from './document/document-files.ts';
import { isObject } from './openapi-document.ts';

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
  /** What the document may refer to besides files of its folder. */
  references: AllowedReferences;
  naming: 'graphql' | 'source';
  prefix: string;
  operations: { exclude: string[]; rename: Record<string, string> };
  entities: Record<string, EntityConfig>;
  links: Record<string, LinkConfig>;
  webhooks: Record<string, WebhookConfig>;
  /** The error for something wrong with a field that shows only later: it names file, line and field. */
  problem: (path: ConfigPath, message: string) => SubgraphConfigError;
}

/** Keys from the top of the file to a field. */
export type ConfigPath = readonly (string | number)[];

/** The values that `${NAME}` in a file is read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One thing wrong with a subgraph folder. The message names file, line and field, and never a secret. */
export class SubgraphConfigError extends Error {
  override readonly name = 'SubgraphConfigError';
}

const schemaUrl = new URL('../docs/subgraph.schema.json', import.meta.url);
let validateConfig: ValidateFunction | undefined;

function configValidator(): ValidateFunction {
  validateConfig ??= new Ajv2020({ allErrors: true, verbose: true, strict: false }).compile(
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
    const [message = ''] = syntax.message.split(/ at line \d+, column \d+:\n/);
    throw new SubgraphConfigError(`${file}:${line}: not valid YAML: ${message.split('\n')[0]}`);
  }
  const problem = (path: ConfigPath, message: string) =>
    new SubgraphConfigError(
      `${file}:${lineOf(document, lines, path)}: ${path.join('.') || 'the file'}: ${message}`,
    );
  const fail: Fail = (path, message) => {
    throw problem(path, message);
  };
  const raw = interpolate(valuesOf(document, file), env, [], fail);
  if (!isObject(raw)) fail([], 'must hold fields; see docs/subgraph.schema.json');
  const validate = configValidator();
  if (!validate(raw)) {
    const { path, message } = mostTelling(validate.errors ?? []);
    fail(path, message);
  }
  return { ...withDefaults(raw as RawConfig, fail), problem };
}

type RawConfig = Omit<Partial<SubgraphConfig>, 'references'> & {
  endpoint: string;
  references?: Partial<AllowedReferences>;
  webhookDefaults?: Partial<WebhookConfig>;
};
type Fail = (path: ConfigPath, message: string) => never;

function withDefaults(raw: RawConfig, fail: Fail): Omit<SubgraphConfig, 'problem'> {
  if (!/^https?:\/\/[^/]/.test(raw.endpoint) || !URL.canParse(raw.endpoint)) {
    fail(['endpoint'], 'must be an http:// or https:// URL');
  }
  const { username, password } = new URL(raw.endpoint);
  if (username !== '' || password !== '') {
    fail(['endpoint'], 'must not hold a user or password: put them into headers.set');
  }
  if (/[?#]/.test(raw.endpoint)) fail(['endpoint'], 'must not hold a query or a fragment');
  const webhooks: [string, WebhookConfig][] = [];
  for (const [name, webhook] of Object.entries(raw.webhooks ?? {})) {
    const merged = { ...raw.webhookDefaults, ...webhook };
    if (!merged.verify) {
      fail(
        ['webhooks', name],
        'needs "verify": how its deliveries are signed (scheme: none says that nothing is)',
      );
    }
    webhooks.push([name, merged]);
  }
  return {
    endpoint: raw.endpoint.replace(/\/+$/, ''),
    headers: {
      forward: forwardedHeaders(raw, fail),
      set: Object.fromEntries(
        Object.entries(raw.headers?.set ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    },
    timeoutMs: raw.timeoutMs ?? 10_000,
    references: { files: raw.references?.files ?? [], urls: allowedUrls(raw, fail) },
    naming: raw.naming ?? 'graphql',
    prefix: raw.prefix ?? '',
    operations: { exclude: raw.operations?.exclude ?? [], rename: raw.operations?.rename ?? {} },
    entities: raw.entities ?? {},
    links: raw.links ?? {},
    webhooks: Object.fromEntries(webhooks),
  };
}

const ofOneConnection = new Set(
  'connection content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

function forwardedHeaders(raw: RawConfig, fail: Fail): string[] {
  return (raw.headers?.forward ?? []).map((name, index) => {
    if (ofOneConnection.has(name.toLowerCase())) {
      fail(['headers', 'forward', index], 'is about one connection and can not be passed on');
    }
    return name.toLowerCase();
  });
}

function allowedUrls(raw: RawConfig, fail: Fail): readonly string[] {
  return (raw.references?.urls ?? []).map((url, index) => {
    if (/^https?:\/\/[^/?#]+(\/[^?#]*)?$/i.test(url) && URL.canParse(url)) return url;
    return fail(['references', 'urls', index], 'must be an http:// or https:// URL without a query');
  });
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

function valuesOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new SubgraphConfigError(`${file}: not valid YAML: ${(error as Error).message}`);
  }
}

/** Where the field stands that a path leads to, or as much of the path as there is. */
function lineOf(document: Document, lines: LineCounter, path: ConfigPath): number {
  let offset = 0;
  let node: unknown = document.contents;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (isNode(pair?.key) && pair.key.range) [offset] = pair.key.range;
      node = pair?.value;
    } else {
      node = document.getIn(path.slice(0, path.indexOf(part) + 1), true);
      if (isNode(node) && node.range) [offset] = node.range;
    }
  }
  return lines.linePos(offset).line;
}
