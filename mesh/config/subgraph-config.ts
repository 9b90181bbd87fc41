import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { problemsOf, type ConfigPath, type ConfigProblem, type Report } from './config-problem.ts';
import type { AllowedReferences } from '../document/document-files.ts';
import { judgeHeaders } from './header-settings.ts';
import { isObject } from '../document/openapi-document.ts';
import { judgeVerify } from './verify-config.ts';
import type { WebhookConfig, WebhookSourceConfig } from './webhook-config.ts';

/** What one security scheme of the document is given; which fields fit is told by the scheme. */
export type SecurityConfig =
  { apiKey: string } | { username: string; password: string } | { token: string } | ClientCredentialsConfig;

export interface ClientCredentialsConfig {
  clientId: string;
  clientSecret: string;
  tokenUrl?: string;
  scopes?: string[];
  authentication?: 'client_secret_basic' | 'client_secret_post';
}

/** Where in an answer the wanted is, as JSON pointer by names of the wire: a list or one. The whole answer when absent. */
export interface ResultPlace {
  items?: string;
  item?: string;
}

/** How a key becomes an entity: GraphQL names of arguments and fields, operationId of the document. */
export interface EntityConfig {
  key: string;
  resolve: ResultPlace & {
    operation: string;
    argument?: string;
    arguments?: Record<string, string>;
    max?: number;
  };
}

export interface ReferenceLink {
  entity: string;
  key: Record<string, string>;
}

export interface OperationLink extends ResultPlace {
  operation: string;
  arguments: Record<string, string>;
  groupBy?: string;
  max?: number;
}

export type LinkConfig = ReferenceLink | OperationLink;

/** A parsed, validated and interpolated `subgraph.yaml`; its JSON Schema is docs/subgraph.schema.json. */
export interface SubgraphConfig {
  /** Path of the file, for messages. */
  file: string;
  /** Without a slash at its end; undefined where nothing calls the service. */
  endpoint: string | undefined;
  headers: { forward: string[]; set: Record<string, string> };
  /** By the name of the scheme in the document. */
  security: Record<string, SecurityConfig>;
  timeoutMs: number;
  /** Most times that a request is sent. */
  retry: { attempts: number };
  /** Whether answers are kept as the service allows. */
  cache: boolean;
  /** What the document may refer to besides files of its folder. */
  references: AllowedReferences;
  naming: 'graphql' | 'source';
  prefix: string;
  operations: { exclude: string[]; rename: Record<string, string> };
  /** Read by `entityKeys`. */
  entities: Record<string, EntityConfig | EntityConfig[]>;
  links: Record<string, LinkConfig>;
  webhooks: Record<string, WebhookConfig>;
  webhookSource: WebhookSourceConfig;
  /** The error for something wrong with a field that shows only later: it names file, line and field. */
  problem: (path: ConfigPath, message: string) => SubgraphConfigError;
}

/** The values that `${NAME}` in a file is read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with a subgraph folder, a line each. A line names file, line and field, and never a secret. */
export class SubgraphConfigError extends Error {
  override readonly name = 'SubgraphConfigError';
}

const schemaUrl = new URL('../../docs/subgraph.schema.json', import.meta.url);
let validateConfig: ValidateFunction | undefined;

function configValidator(): ValidateFunction {
  validateConfig ??= new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    discriminator: true,
  }).compile(JSON.parse(readFileSync(schemaUrl, 'utf8')) as object);
  return validateConfig;
}

/**
 * Parses one `subgraph.yaml`.
 * @param text content of the file
 * @param file its path, for messages
 * @param env values for `${NAME}` and `${NAME:-default}`
 * @throws SubgraphConfigError with file, line and field of everything that is wrong, in the order of the file
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
  const values = valuesOf(document, file);
  if (!isObject(values)) throw problem([], 'must hold fields; see docs/subgraph.schema.json');
  const found: ConfigProblem[] = [];
  const report: Report = (path, message) => void found.push({ path, message });
  const raw = interpolate(values, env, [], report) as RawConfig;
  const validate = configValidator();
  // What holds an unset variable has no value yet that could be judged.
  const unset = new Set(found.map(({ path }) => path.join('\n')));
  if (!validate(raw)) {
    found.push(...problemsOf(validate.errors ?? []).filter(({ path }) => !unset.has(path.join('\n'))));
  }
  const broken = new Set(found.map(({ path }) => String(path[0])));
  for (const [section, judge] of judges) if (!broken.has(section)) judge(raw, report);
  if (found.length > 0) throw allOf(found, problem, (path) => lineOf(document, lines, path));
  return { ...withDefaults(raw), file, problem };
}

/** One error of several problems, in the order of the file. */
function allOf(
  found: readonly ConfigProblem[],
  problem: SubgraphConfig['problem'],
  line: (path: ConfigPath) => number,
): SubgraphConfigError {
  const inOrder = found.toSorted((a, b) => line(a.path) - line(b.path));
  const told = new Set(inOrder.map(({ path, message }) => problem(path, message).message));
  return new SubgraphConfigError([...told].join('\n'));
}

type RawConfig = Omit<Partial<SubgraphValues>, 'references'> & {
  references?: Partial<AllowedReferences>;
  webhookDefaults?: WebhookConfig & WebhookSourceConfig;
};

/** What the JSON Schema can't say of a part of the file. Each is asked only when its part is as the schema wants it. */
const judges: readonly (readonly [section: string, judge: (raw: RawConfig, report: Report) => void])[] = [
  ['endpoint', judgeEndpoint],
  ['headers', ({ headers }, report) => judgeHeaders(headers, report)],
  ['references', judgeReferences],
  [
    'webhookDefaults',
    ({ webhookDefaults }, report) => judgeVerify(webhookDefaults, ['webhookDefaults'], report),
  ],
  ['webhooks', judgeWebhooks],
];

function judgeEndpoint({ endpoint }: RawConfig, report: Report): void {
  if (endpoint === undefined) return;
  if (!/^https?:\/\/[^/]/.test(endpoint) || !URL.canParse(endpoint)) {
    return report(['endpoint'], 'must be an http:// or https:// URL');
  }
  const { username, password } = new URL(endpoint);
  if (username !== '' || password !== '') {
    report(['endpoint'], 'must not hold a user or password: put them into security, or headers.set');
  }
  if (/[?#]/.test(endpoint)) report(['endpoint'], 'must not hold a query or a fragment');
}

function judgeWebhooks({ webhooks = {}, webhookDefaults }: RawConfig, report: Report): void {
  for (const [name, webhook] of Object.entries(webhooks)) {
    const { verify } = { ...webhookDefaults, ...webhook };
    if (!verify) {
      const message = 'needs "verify": how its deliveries are signed (scheme: none says that nothing is)';
      report(['webhooks', name], message);
    }
    judgeVerify(webhook, ['webhooks', name], report);
  }
}

/** What is written in the file. */
type SubgraphValues = Omit<SubgraphConfig, 'file' | 'problem'>;

function withDefaults(raw: RawConfig): SubgraphValues {
  const { rateMax, bodyBytesMax, registrationToken, durability, ...ofEach } = raw.webhookDefaults ?? {};
  return {
    endpoint: raw.endpoint?.replace(/\/+$/, ''),
    headers: {
      forward: (raw.headers?.forward ?? []).map((name) => name.toLowerCase()),
      set: Object.fromEntries(
        Object.entries(raw.headers?.set ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    },
    security: raw.security ?? {},
    timeoutMs: raw.timeoutMs ?? 10_000,
    retry: { attempts: raw.retry?.attempts ?? 2 },
    cache: raw.cache ?? false,
    references: { files: raw.references?.files ?? [], urls: raw.references?.urls ?? [] },
    naming: raw.naming ?? 'graphql',
    prefix: raw.prefix ?? '',
    operations: { exclude: raw.operations?.exclude ?? [], rename: raw.operations?.rename ?? {} },
    entities: raw.entities ?? {},
    links: raw.links ?? {},
    webhooks: Object.fromEntries(
      Object.entries(raw.webhooks ?? {}).map(([name, webhook]) => [name, { ...ofEach, ...webhook }]),
    ),
    webhookSource: {
      ...(rateMax !== undefined && { rateMax }),
      ...(bodyBytesMax !== undefined && { bodyBytesMax }),
      ...(registrationToken !== undefined && { registrationToken }),
      ...(durability !== undefined && { durability }),
    },
  };
}

function judgeReferences({ references }: RawConfig, report: Report): void {
  for (const [index, url] of (references?.urls ?? []).entries()) {
    if (/^https?:\/\/[^/?#]+(\/[^?#]*)?$/i.test(url) && URL.canParse(url)) continue;
    report(['references', 'urls', index], 'must be an http:// or https:// URL without a query');
  }
}

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Values with their variables filled in; a variable that is not set is reported and left as it is written. */
function interpolate(value: unknown, env: Environment, path: (string | number)[], report: Report): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(variable, (written, name: string, fallback: string | undefined) => {
      const found = env[name] || fallback;
      if (found === undefined) report(path, `the environment variable ${name} is not set`);
      return found ?? written;
    });
  }
  if (Array.isArray(value))
    return value.map((item, index) => interpolate(item, env, [...path, index], report));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, interpolate(item, env, [...path, key], report)]),
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
