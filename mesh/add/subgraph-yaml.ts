import { constantCase } from 'change-case';
import { stringify } from 'yaml';
import type { GuessedEntity } from './guess-entities.ts';
import type { GuessedWebhook } from './guess-webhooks.ts';

/** What a new subgraph.yaml says. */
export interface NewSubgraph {
  name: string;
  /** Base URL for when the environment names none; undefined when the document names none either. */
  endpoint: string | undefined;
  /** Whether there is anything to call, so that there must be an endpoint. */
  isCalled: boolean;
  prefix: string;
  entities: readonly GuessedEntity[];
  webhooks: readonly GuessedWebhook[];
  /** What the document's security schemes can be given. */
  credentials: readonly Credential[];
  /** From the folder to the JSON Schema, for editors. */
  schemaPath: string;
}

/** A security scheme of the document, as subgraph.yaml is told about it. */
export interface Credential {
  /** Of the scheme in the document. */
  name: string;
  kind: 'apiKey' | 'basic' | 'token';
  /** The header that it is sent in, in lower case; undefined when it is sent elsewhere. */
  header: string | undefined;
}

/** The environment variable for something of a subgraph: `ORDERS_WEBHOOK_SECRET` is the webhook secret of orders. */
function variableOf(subgraph: string, what: string): string {
  return constantCase(`${subgraph} ${what}`).replaceAll(/[^A-Z0-9_]/g, '_');
}

/** Writes a subgraph.yaml. What has to be known and is not in the document is a variable, with a comment. */
export function subgraphYaml(subgraph: NewSubgraph): string {
  const { prefix, schemaPath } = subgraph;
  const sections = [
    `# yaml-language-server: $schema=${schemaPath}
# Written by "sluice add". What else can stand here: docs/subgraph-yaml.md
${endpointLine(subgraph)}`,
    prefix && `# Other subgraphs have types or fields of the same names.\nprefix: ${prefix}`,
    credentialsSection(subgraph),
    entitiesSection(subgraph),
    webhooksSection(subgraph),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function endpointLine({ name, endpoint, isCalled }: NewSubgraph): string {
  if (!isCalled) return '# The document has no operations, so nothing is called and there is no endpoint.';
  const url = variableOf(name, 'url');
  return `endpoint: ${endpoint === undefined ? `\${${url}}` : `\${${url}:-${endpoint}}`}`;
}

function credentialsSection({ name, credentials }: NewSubgraph): string {
  if (credentials.length === 0) return '';
  const lines = credentials.map((credential) => {
    const secret = (what: string) => `\${${variableOf(name, `${credential.name} ${what}`)}}`;
    const given = {
      apiKey: { apiKey: secret('key') },
      basic: { username: secret('user'), password: secret('password') },
      token: { token: secret('token') },
    }[credential.kind];
    return `#   ${flow(credential.name)}: ${flow(given)}`;
  });
  const headers = [...new Set(credentials.flatMap(({ header }) => header ?? []))];
  const forward = `
# or pass on what each client sends:
# headers: ${flow({ forward: headers })}`;
  return `# The document asks for credentials. Uncomment those that your operations need:
# security:
${lines.join('\n')}${headers.length > 0 ? forward : ''}`;
}

function entitiesSection({ entities }: NewSubgraph): string {
  if (entities.length === 0) return '';
  const lines = entities.map(({ type, config, isBatched }) => {
    return `  ${type}: ${flow(config)}${isBatched ? '' : ' # one call for each key'}`;
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
  verify: { scheme: standard-webhooks, secret: '\${${variableOf(name, 'webhook secret')}}' }${owner === undefined ? '' : register}
webhooks:
${lines.join('\n')}`;
}

/** A value on one line, as YAML. */
function flow(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
  // Names of a document can hold anything, line ends too. JSON is YAML.
  return text.includes('\n') ? JSON.stringify(value) : text;
}
