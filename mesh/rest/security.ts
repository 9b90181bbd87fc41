import { isHeaderValue } from '../config/header-settings.ts';
import { pointerTo, type OpenApiDocument } from '../document/openapi-document.ts';
import type { Parameter } from './parameters.ts';
import type { ProblemList } from '../config/problem-list.ts';
import type { ClientCredentialsConfig, SecurityConfig, SubgraphConfig } from '../config/subgraph-config.ts';
import { createTokenSource, type TokenSource } from './client-credentials.ts';
import type { Credentials } from './credentials.ts';
import {
  securityOf,
  type DocumentSecurity,
  type SecurityAlternative,
  type SecurityScheme,
} from './security-schemes.ts';

/** Who calls a service, operation by operation. */
export interface CompiledSecurity {
  /** By operationId; not for operations that show nothing. */
  credentials: ReadonlyMap<string, Credentials>;
  /** Whether a parameter is a key that subgraph.yaml gives: no argument then, because a client could only say something else. */
  isGivenKey: (parameter: Parameter) => boolean;
  /** Schemes that the document wants and nobody gave anything. */
  warnings: readonly string[];
  close(): Promise<void>;
}

const nothing: Credentials = { headers: {}, query: [], cookies: {}, tokens: undefined };

/**
 * Joins what a document says of security with what subgraph.yaml gives. Of the alternatives of an operation, the first
 * counts for which everything is given.
 * @param problems gets every scheme that the document does not have, or that wants something else
 */
export function compileSecurity(
  document: OpenApiDocument,
  config: SubgraphConfig,
  problems: ProblemList,
): CompiledSecurity {
  const security = securityOf(document);
  const given = new Map<string, Credentials>();
  const sources: TokenSource[] = [];
  const keys: SecurityScheme[] = [];
  for (const [name, setting] of Object.entries(config.security)) {
    const credentials = problems.attempt(() => credentialsOf(name, setting, security, config));
    const scheme = security.schemes.get(name);
    if (!credentials || !scheme) continue;
    given.set(name, credentials);
    if (credentials.tokens) sources.push(credentials.tokens);
    keys.push(scheme);
  }
  const credentials = new Map<string, Credentials>();
  for (const [operationId, alternatives] of security.alternatives) {
    const chosen = alternatives.find((names) => names.length > 0 && names.every((name) => given.has(name)));
    if (chosen) credentials.set(operationId, together(chosen.map((name) => given.get(name) ?? nothing)));
  }
  return {
    credentials,
    isGivenKey: (parameter) => keys.some((scheme) => isKeyOf(scheme, parameter)),
    warnings: missingSchemes(security, credentials, given, config),
    close: async () => {
      await Promise.all(sources.map((source) => source.close()));
    },
  };
}

function together(all: readonly Credentials[]): Credentials {
  return {
    headers: Object.assign({}, ...all.map(({ headers }) => headers)) as Record<string, string>,
    query: all.flatMap(({ query }) => query),
    cookies: Object.assign({}, ...all.map(({ cookies }) => cookies)) as Record<string, string>,
    tokens: all.find(({ tokens }) => tokens)?.tokens,
  };
}

function credentialsOf(
  name: string,
  setting: SecurityConfig,
  { schemes }: DocumentSecurity,
  config: SubgraphConfig,
): Credentials {
  const scheme = schemes.get(name);
  if (!scheme) {
    const hint = schemes.size === 0 ? 'it has none' : `it has ${[...schemes.keys()].join(', ')}`;
    throw config.problem(['security', name], `the document has no such security scheme: ${hint}`);
  }
  const { kind } = scheme;
  const takesToken = kind === 'bearer' || kind === 'oauth2' || kind === 'openIdConnect';
  if (kind === 'apiKey' && 'apiKey' in setting) return apiKey(name, scheme, setting.apiKey, config);
  if (kind === 'basic' && 'username' in setting) {
    const { username, password } = setting;
    // RFC 7617, section 2.
    if (username.includes(':')) throw config.problem(['security', name, 'username'], 'must not hold a ":"');
    const pair = Buffer.from(`${username}:${password}`).toString('base64');
    return { ...nothing, headers: { authorization: `Basic ${pair}` } };
  }
  if (takesToken && 'token' in setting) {
    mustBeHeaderValue(['security', name, 'token'], setting.token, config);
    return { ...nothing, headers: { authorization: `Bearer ${setting.token}` } };
  }
  if (takesToken && 'clientId' in setting) {
    const tokenUrl = tokenUrlFor(name, scheme, setting, config);
    const { timeoutMs } = config;
    return { ...nothing, tokens: createTokenSource({ scopes: [], ...setting, tokenUrl, timeoutMs }) };
  }
  throw config.problem(
    ['security', name],
    `the document says ${nameOf(scheme)}, which wants ${wants(scheme)}`,
  );
}

function apiKey(
  name: string,
  scheme: Extract<SecurityScheme, { kind: 'apiKey' }>,
  value: string,
  config: SubgraphConfig,
): Credentials {
  const place = ['security', name, 'apiKey'];
  if (scheme.in === 'query') {
    const pair = `${encodeURIComponent(scheme.name)}=${encodeURIComponent(value)}`;
    return { ...nothing, query: [pair] };
  }
  mustBeHeaderValue(place, value, config);
  if (scheme.in === 'header') return { ...nothing, headers: { [scheme.name.toLowerCase()]: value } };
  // RFC 6265, section 4.1.1.
  if (/[\s",;\\]/.test(value)) throw config.problem(place, 'holds characters that no cookie can have');
  return { ...nothing, cookies: { [scheme.name]: value } };
}

function mustBeHeaderValue(place: readonly string[], value: string, config: SubgraphConfig): void {
  if (!isHeaderValue(value)) throw config.problem(place, 'holds characters that no header can have');
}

/**
 * Where tokens are got. A document is not trusted with the address that the client's secret is sent to: what it says
 * counts only for the origin of the endpoint.
 */
function tokenUrlFor(
  name: string,
  scheme: SecurityScheme,
  setting: ClientCredentialsConfig,
  config: SubgraphConfig,
): string {
  const place = ['security', name];
  if (setting.tokenUrl !== undefined) {
    const url = URL.canParse(setting.tokenUrl) ? new URL(setting.tokenUrl) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      throw config.problem([...place, 'tokenUrl'], 'must be an http:// or https:// URL without a user');
    }
    return url.href;
  }
  const documented = scheme.kind === 'oauth2' ? scheme.tokenUrl : undefined;
  const base = `${config.endpoint ?? ''}/`;
  if (documented === undefined || !URL.canParse(documented, base)) {
    throw config.problem(place, 'needs tokenUrl: the document has none for client credentials');
  }
  const url = new URL(documented, base);
  if (url.origin !== new URL(base).origin || url.username !== '' || url.password !== '') {
    throw config.problem(
      place,
      'needs tokenUrl: the document names another host than the endpoint, and addresses of a document are not called',
    );
  }
  return url.href;
}

function isKeyOf(scheme: SecurityScheme, parameter: Parameter): boolean {
  if (scheme.kind !== 'apiKey' || parameter.in !== scheme.in) return false;
  const isHeader = scheme.in === 'header';
  return isHeader
    ? parameter.name.toLowerCase() === scheme.name.toLowerCase()
    : parameter.name === scheme.name;
}

/** One line for each scheme that keeps operations from being called. */
function missingSchemes(
  { schemes, alternatives }: DocumentSecurity,
  credentials: ReadonlyMap<string, Credentials>,
  given: ReadonlyMap<string, Credentials>,
  config: SubgraphConfig,
): string[] {
  const counts = new Map<string, number>();
  const isThere = (name: string) => given.has(name) || comesFromElsewhere(schemes.get(name), config);
  for (const [operationId, wanted] of alternatives) {
    if (credentials.has(operationId) || wanted.some((names) => names.every(isThere))) continue;
    const [first = []]: readonly SecurityAlternative[] = wanted;
    for (const name of first.filter((candidate) => !isThere(candidate))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].map(([name, count]) => {
    const scheme = schemes.get(name);
    const wanting = count === 1 ? '1 operation wants' : `${count} operations want`;
    const what = scheme ? nameOf(scheme) : 'which the document does not have';
    const place = pointerTo('components', 'securitySchemes', name);
    return `${place}: ${wanting} it (${what}), and nothing is set up for it: ${adviceOn(name, scheme)}`;
  });
}

function adviceOn(name: string, scheme: SecurityScheme | undefined): string {
  const header = scheme && headerOf(scheme);
  const settings = scheme && scheme.kind !== 'other' ? [`add security.${name} to subgraph.yaml`] : [];
  if (header !== undefined) settings.push(`name ${header} in headers.forward`);
  return settings.length === 0 ? 'headers.set can say what it wants' : settings.join(', or ');
}

/** Whether a client, or `headers.set`, gives what a scheme wants. */
function comesFromElsewhere(scheme: SecurityScheme | undefined, { headers }: SubgraphConfig): boolean {
  const header = scheme && headerOf(scheme);
  return header !== undefined && (headers.forward.includes(header) || Object.hasOwn(headers.set, header));
}

function headerOf(scheme: SecurityScheme): string | undefined {
  if (scheme.kind === 'other') return scheme.type.startsWith('http ') ? 'authorization' : undefined;
  if (scheme.kind !== 'apiKey') return 'authorization';
  if (scheme.in === 'cookie') return 'cookie';
  return scheme.in === 'header' ? scheme.name.toLowerCase() : undefined;
}

function nameOf(scheme: SecurityScheme): string {
  if (scheme.kind === 'apiKey') return `apiKey in the ${scheme.in}`;
  if (scheme.kind === 'other') return scheme.type;
  return scheme.kind === 'basic' || scheme.kind === 'bearer' ? `http ${scheme.kind}` : scheme.kind;
}

function wants(scheme: SecurityScheme): string {
  if (scheme.kind === 'apiKey') return 'apiKey';
  if (scheme.kind === 'basic') return 'username and password';
  if (scheme.kind === 'other') return 'nothing that can be given here';
  return 'token, or clientId and clientSecret';
}
