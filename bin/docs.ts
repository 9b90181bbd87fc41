/**
 * `npm run docs`: writes the pages of docs/ that are lists of what the source says. `node bin/docs.ts --check` writes
 * nothing and fails when a page is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { settings } from '../gateway/config.ts';
import { errorCodes } from '../gateway/errors.ts';
import { adminProblems } from '../gateway/http/admin-problem.ts';
import { retryAfterSeconds, retryAfterSpreadSeconds } from '../webhooks/answer.ts';
import { webhookProblems } from '../webhooks/problem.ts';
import { registrationProblems } from '../webhooks/registrations/problem.ts';
import { commandsPage } from './commands-page.ts';
import { code, notice, table } from './markdown.ts';
import { subgraphYamlPage } from './subgraph-yaml-page.ts';

/** A page that is generated: its path in the checkout and its whole text. */
export interface GeneratedPage {
  path: string;
  text: string;
}

/** Every generated page, as it should be now. */
export function generatedPages(): GeneratedPage[] {
  return [
    { path: 'docs/configuration.md', text: configurationPage() },
    { path: 'docs/errors.md', text: errorsPage() },
    { path: 'docs/commands.md', text: commandsPage() },
    { path: 'docs/subgraph-yaml.md', text: subgraphYamlPage() },
  ];
}

function configurationPage(): string {
  const rows = Object.values(settings).map(({ name, default: fallback, description }) => [
    code(name),
    fallback === '' ? '' : code(fallback),
    description,
  ]);
  return `${notice('gateway/config.ts')}
# Configuration

Everything is an environment variable. There is no configuration file besides the folders under \`subgraphs/\`. A
variable that is empty counts as not set. A malformed one is one line on standard error that names it, and exit code 1.

${table(['variable', 'default', 'what it is'], rows)}

Paths are taken from the folder in which the process was started.

Other variables are read only where a \`subgraph.yaml\` names them: \`\${NAME}\` must be set, \`\${NAME:-default}\` need
not be. A folder that names a variable which is not set is left out, and the log says which.

\`HOST\` is a loopback address by default, so only this machine reaches the gateway. With any other \`HOST\`, a webhook
with \`verify: { scheme: none }\` stops the start: anybody could send it.

\`PUBLIC_URL\` is what Sluice tells a service when it registers its callback, and what Twilio's signatures are held
against: without it, a folder with \`scheme: twilio\` is left out. Set it whenever services reach the gateway under another
address than it listens on: behind a proxy, in a container, with \`HOST=0.0.0.0\`.
`;
}

function errorsPage(): string {
  const graphql = Object.entries(errorCodes).map(([name, meaning]) => [code(name), meaning]);
  const webhooks = problemRows(webhookProblems);
  const registries =
    'gateway/errors.ts, mesh/rest/rest-error.ts, webhooks/problem.ts, webhooks/registrations/problem.ts and gateway/http/admin-problem.ts';
  return `${notice(registries)}
# Errors

Codes are stable: write programs against them. Messages are for people and may change. No error carries a URL, a header
or a body of a service; of input that was refused, it says why.

## GraphQL

An error has one of these in \`extensions.code\`. An error of a call to a service also has
\`extensions.service\` and \`extensions.operation\`, and \`extensions.status\` when the service answered. Partial data stands
beside the errors, as GraphQL wants.

${table(['code', 'what it means'], graphql)}

A service that answers 404 is \`NOT_FOUND\` where a root field asked for something by name. Where an entity or a link leads
to what is not there, the field is null and there is no error.

\`FORBIDDEN\`, with HTTP status 403, is also the answer to a web page of an origin that \`CORS_ORIGINS\` does not name.

## Webhooks

A delivery that is refused gets one of these, as \`application/problem+json\` (RFC 9457) with \`status\`, \`title\` and
\`code\`, sometimes with \`detail\` and, for \`WEBHOOK_PAYLOAD_INVALID\`, with some of the places that break the schema in
\`errors\`. With 429 and 503 comes \`retry-after\`, ${retryAfterSeconds - retryAfterSpreadSeconds} to
${retryAfterSeconds + retryAfterSpreadSeconds} seconds, so that senders do not all come back at once.

${table(['status', 'code', 'title'], webhooks)}

Those with 422 are answered only where a source is \`strict\`. Elsewhere the answer is 2xx with \`sluice-quarantined: true\`,
and the code is in the [dead letter](operations.md#dead-letters). What a sender should do about each status is in
[webhooks.md](webhooks.md#what-the-sender-is-answered).

## Registrations

A request to \`/webhooks/registrations\` that is refused gets one of these in the same form. With 429 and 503 comes
\`retry-after\`.

${table(['status', 'code', 'title'], problemRows(registrationProblems))}

## Operators

A request to \`/admin\` that is refused gets one of these in the same form. With 503 comes \`retry-after\`.

${table(['status', 'code', 'title'], problemRows(adminProblems))}
`;
}

function problemRows(problems: Readonly<Record<string, { status: number; title: string }>>): string[][] {
  return Object.entries(problems).map(([name, { status, title }]) => [String(status), code(name), title]);
}

/** @returns 1 when a page was out of date and only checked */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const root = new URL('../', import.meta.url);
  let outdated = 0;
  for (const { path, text } of generatedPages()) {
    const file = new URL(path, root);
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
    outdated += 1;
    if (!values.check) await writeFile(file, text);
    process.stdout.write(`${path}: ${values.check ? 'out of date, run npm run docs' : 'written'}\n`);
  }
  return values.check && outdated > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main();
