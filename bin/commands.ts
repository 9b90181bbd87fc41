import type { Command } from './command.ts';

/** The commands of `sluice`, in the order of their use. */
export const commands: Readonly<Record<string, Command>> = {
  add: {
    arguments: '<name> <file-or-url>',
    takes: [2, 2],
    summary: 'Make a subgraph folder from an OpenAPI document.',
    details: `Copies the document as it is and writes a subgraph.yaml with what it says: the endpoint, entities (GET /x/{id}, or
GET /x?ids= where there is one), callbacks and webhooks, and a prefix when names collide with another folder. What the
document does not say is a variable of the environment. The folder appears whole or not at all. Nothing is overwritten.`,
    options: {
      endpoint: {
        type: 'string',
        value: '<url>',
        description: 'Base URL of the service, where the document names none or another.',
      },
      'dry-run': { type: 'boolean', description: 'Print subgraph.yaml instead of writing the folder.' },
    },
    run: async (input) => (await import('./commands/add.ts')).add(input),
  },
  check: {
    arguments: '[name ...]',
    takes: [0, Infinity],
    summary: 'Compile and compose the subgraph folders and say what is wrong with them.',
    details: `With names, only those folders are compiled. Without, all of them are, and composed as the gateway would; then clients
are thought of: what changed against supergraph.graphql, which "sluice compose --write" wrote beside the folder of
subgraphs, and whether stored operations still work. Variables that a subgraph.yaml names must be set.`,
    options: {
      operations: {
        type: 'string',
        value: '<glob>',
        description: 'Files with operations of clients, which are validated: "clients/**/*.graphql".',
      },
      'allow-breaking': {
        type: 'boolean',
        description: 'Report breaking changes, and do not fail because of them.',
      },
      json: { type: 'boolean', description: 'Print one JSON object; its fields are in docs/commands.md.' },
      verbose: { type: 'boolean', description: 'Print every warning, not one of each kind.' },
    },
    run: async (input) => (await import('./commands/check.ts')).check(input),
  },
  compose: {
    arguments: '',
    takes: [0, 0],
    summary: 'Print the supergraph SDL.',
    details: '',
    options: {
      write: {
        type: 'boolean',
        description:
          'Write it to supergraph.graphql beside the folder of subgraphs. Commit it: check compares with it.',
      },
    },
    run: async (input) => (await import('./commands/compose.ts')).compose(input),
  },
  'dead-letters': {
    arguments: '<action> [id ...]',
    takes: [1, Infinity],
    summary: 'Look at webhook deliveries that were kept because they were refused, and deliver them again.',
    details: `Talks to a gateway that runs, with the ADMIN_KEY of the environment. The action is one of list, show, redrive and
discard. "list" and "show <id>" only look. "redrive" takes letters through all checks but the signature again;
those that pass are events from then on, the others stay, with the new reason. "discard" removes letters for good. Both take
ids, or the options that choose, or --all. The exit code is 1 when a letter that was named is not there, or one that was
redriven was refused again.`,
    options: {
      url: {
        type: 'string',
        value: '<url>',
        description: 'Base URL of the gateway. Default: where HOST and PORT say that it listens.',
      },
      source: { type: 'string', value: '<name>', description: 'Those of this source.' },
      event: { type: 'string', value: '<name>', description: 'Those that came to the URL of this event.' },
      code: {
        type: 'string',
        value: '<code>',
        description: 'Those refused with this code of docs/errors.md.',
      },
      from: { type: 'string', value: '<time>', description: 'Those that came at this time or later.' },
      until: { type: 'string', value: '<time>', description: 'Those that came before this time.' },
      all: { type: 'boolean', description: 'All of them, for redrive and discard.' },
      limit: { type: 'string', value: '<n>', description: 'Most letters that list prints. Default: 100.' },
      json: {
        type: 'boolean',
        description: 'Print one JSON object: letters as GET /admin/dead-letters gives them.',
      },
    },
    run: async (input) => (await import('./commands/dead-letters.ts')).deadLetters(input),
  },
  events: {
    arguments: '<action> [source ...]',
    takes: [1, Infinity],
    summary: 'Follow the events of a gateway, or write them into a file.',
    details: `Talks to a gateway that runs, with the ADMIN_KEY of the environment. The action is one of tail and export. Both
write an event for each line, as GET /admin/events/{source} gives it (NDJSON), with the cursor of its place.
"tail" prints what comes from now on, of the sources that are named or of all, until Ctrl-C. When the gateway is away it says so
on standard error and goes on behind the last event once it is back. "export" writes what there is into --out, of one source
or of all. A file that has events already is gone on from, so an export that was interrupted is simply started
again. The exit code is 1 when events behind the cursor, or behind the last ones of the file, are no longer kept.`,
    options: {
      from: {
        type: 'string',
        value: '<cursor>',
        description: 'For tail: begin behind this cursor of one source, or with all that is kept: beginning.',
      },
      type: {
        type: 'string',
        value: '<name>',
        description: 'Events of this type; of several with commas between them.',
      },
      out: { type: 'string', value: '<file>', description: 'For export: the file.' },
      url: {
        type: 'string',
        value: '<url>',
        description: 'Base URL of the gateway. Default: where HOST and PORT say that it listens.',
      },
    },
    run: async (input) => (await import('./commands/events.ts')).events(input),
  },
  serve: {
    arguments: '',
    takes: [0, 0],
    summary: 'Start the gateway.',
    details: `Runs until SIGTERM or SIGINT. Folders that can not be served are left out, and the log says why. With --workers, that
many processes listen on one port, and one that ends is replaced. They share the event log, so EVENTS_URL must be a Redis.`,
    options: {
      workers: {
        type: 'string',
        value: '<n>',
        description: 'How many processes serve, 1 to 64, or auto: one for each core. Default: 1.',
      },
    },
    run: async (input) => (await import('./commands/serve.ts')).serve(input),
  },
  webhook: {
    arguments: 'send <source> <event>',
    takes: [3, 3],
    summary: 'Send an event to a running gateway, as its service would.',
    details: `Makes a sample of the event's schema, signs it with what the folder says and prints what is answered. It exits with 1
when an answer is not 2xx, or is 2xx but the delivery was kept in quarantine. SUBGRAPHS_DIR and the variables that the
folder names must be set as they are for the gateway.`,
    options: {
      data: {
        type: 'string',
        value: '<file>',
        description:
          'Send the bytes of this file instead of a sample; with --times, JSON whose id is replaced.',
      },
      times: {
        type: 'string',
        value: '<n>',
        description: 'How many, one after the other, each with an id of its own. Default: 1.',
      },
      url: {
        type: 'string',
        value: '<url>',
        description: 'Base URL of the gateway. Default: where HOST and PORT say that it listens.',
      },
    },
    run: async (input) => (await import('./commands/webhook.ts')).webhook(input),
  },
};

const names = Object.entries(commands).map(([name, command]) => [
  `${name} ${command.arguments}`,
  command.summary,
]);
const nameWidth = Math.max(...names.map(([name = '']) => name.length)) + 2;

/** What `sluice --help` prints. */
export const help = `sluice: one GraphQL endpoint with live subscriptions over REST services

Usage: sluice <command>

Commands:
${names.map(([name = '', summary]) => `  ${name.padEnd(nameWidth)}${summary}`).join('\n')}

"sluice <command> --help" says more. Configuration comes from the environment: see docs/configuration.md.
`;
