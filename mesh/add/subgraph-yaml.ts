import { stringify } from 'yaml';
import type { GuessedEntity } from './guess-entities.ts';
import type { GuessedWebhook } from './guess-webhooks.ts';

/** What a new subgraph.yaml says. */
export interface NewSubgraph {
  name: string;
  /** Base URL for when the environment names none; undefined when the document names none either. */
  endpoint: string | undefined;
  prefix: string;
  entities: readonly GuessedEntity[];
  webhooks: readonly GuessedWebhook[];
  /** Names of security schemes of the document, with what they want. */
  credentials: readonly Credential[];
  /** From the folder to the JSON Schema, for editors. */
  schemaPath: string;
}

/** A security scheme of the document, as far as a header can satisfy it. */
export interface Credential {
  name: string;
  header: string;
  /** What stands before the secret: `Bearer `. */
  scheme: string;
}

/** The environment variable for something of a subgraph: `ORDERS_URL`. */
export function variableOf(subgraph: string, what: string): string {
  return `${subgraph.replaceAll('-', '_').toUpperCase()}_${what}`;
}

/** Writes a subgraph.yaml. What has to be known and is not in the document is a variable, with a comment. */
export function subgraphYaml(subgraph: NewSubgraph): string {
  const { name, endpoint, prefix, schemaPath } = subgraph;
  const url = variableOf(name, 'URL');
  const sections = [
    `# yaml-language-server: $schema=${schemaPath}
# Written by "sluice add". What else can stand here: docs/subgraph-yaml.md
endpoint: ${endpoint === undefined ? `\${${url}}` : `\${${url}:-${endpoint}}`}`,
    prefix && `# Other subgraphs have types or fields of the same names.\nprefix: ${prefix}`,
    credentialsSection(subgraph),
    entitiesSection(subgraph),
    webhooksSection(subgraph),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function credentialsSection({ name, credentials }: NewSubgraph): string {
  if (credentials.length === 0) return '';
  const lines = credentials.map(({ name: scheme, header, scheme: before }) => {
    const secret = `${before}\${${variableOf(name, constant(scheme))}}`;
    return `#   set: { ${header}: '${secret}' }   # ${JSON.stringify(scheme)}: one for all clients`;
  });
  return `# The document asks for credentials. Choose whose:
# headers:
${lines.join('\n')}
#   forward: [${[...new Set(credentials.map(({ header }) => header))].join(', ')}]   # or what each client sends`;
}

function constant(text: string): string {
  return (
    text
      .replaceAll(/[^A-Za-z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '')
      .toUpperCase() || 'SECRET'
  );
}

function entitiesSection({ entities }: NewSubgraph): string {
  if (entities.length === 0) return '';
  const lines = entities.map(({ type, config, isBatched }) => {
    const note = isBatched ? '' : '  # one call for each key: the document has no list by key\n';
    return `${note}  ${type}: ${flow(config)}`;
  });
  return `entities:\n${lines.join('\n')}`;
}

function webhooksSection({ name, webhooks }: NewSubgraph): string {
  if (webhooks.length === 0) return '';
  const owner = webhooks.find(({ callback }) => callback)?.callback?.operationId;
  const lines = webhooks.map((webhook) => `  ${flow(webhook.name)}: ${flow(webhook.config)}`);
  const register = `
  # Uncomment to have Sluice itself call ${JSON.stringify(owner)} with its URL; "body" is what else that call has to say.
  # register: { when: start, body: {} }`;
  return `webhookDefaults:
  # How deliveries are signed is not in the document: standard-webhooks, github, or none (on this machine only).
  verify: { scheme: standard-webhooks, secret: '\${${variableOf(name, 'WEBHOOK_SECRET')}}' }${owner === undefined ? '' : register}
webhooks:
${lines.join('\n')}`;
}

/** A value on one line, as YAML. */
function flow(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
  // Names of a document can hold anything, line ends too. JSON is YAML.
  return text.includes('\n') ? JSON.stringify(value) : text;
}
