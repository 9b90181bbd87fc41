import type { CheckReport } from '../gateway/check.ts';
import { helpOf } from './command.ts';
import { commands, help } from './commands.ts';
import { code, notice, table } from './markdown.ts';

const reportFields: Readonly<Record<keyof CheckReport, string>> = {
  ok: 'Whether the exit code is 0.',
  subgraphs: 'What compiled: `name`, `kind` (`rest` or `code`), `events` (how many).',
  problems: 'What keeps something from being served: `subgraph` (null when it is all of them), `message`.',
  warnings: 'What was lost in translation, and what costs more than it has to: `subgraph`, `message`.',
  hints: 'Texts of composition and of this command.',
  subscriptions: 'Fields of Subscription; empty when folders were named.',
  changes:
    'Against `supergraph.graphql`: `level` (`breaking`, `dangerous`, `safe`), `path` (`Order.total`), `message`.',
};

/** docs/commands.md: what the commands say of themselves. */
export function commandsPage(): string {
  const sections = Object.entries(commands).map(
    ([name, command]) => `## sluice ${name}\n\n\`\`\`text\n${helpOf(name, command).trimEnd()}\n\`\`\`\n`,
  );
  return `${notice('bin/commands.ts')}
# Commands

\`\`\`text
${help.trimEnd()}
\`\`\`

The exit code is 0 when all is well, 1 when something is wrong that the command looked at, 2 when it was not called as its
usage says. Progress goes to standard error and is shown on a terminal only. Colours are used on a terminal only, and not
when \`NO_COLOR\` is set.

${sections.join('\n')}
### The object that \`sluice check --json\` prints

Fields are only ever added.

${table(
  ['field', 'what it holds'],
  Object.entries(reportFields).map(([field, meaning]) => [code(field), meaning]),
)}
`;
}
