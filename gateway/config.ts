import { isIP } from 'node:net';
import { durabilities, type Durability } from '../mesh/config/webhook-config.ts';
import { parseDuration } from './duration.ts';

/** Everything that the environment decides. */
export interface GatewayConfig {
  host: string;
  port: number;
  /** Base URL under which senders reach this gateway, without a slash at the end. */
  publicUrl: string;
  subgraphsDir: string;
  /** Folder that keeps compiled documents. */
  compiledDir: string;
  /** `sqlite:<path>` or a Redis URL. */
  eventsUrl: string;
  /** When a delivery is answered 2xx; undefined: as the scheme of its source suggests. */
  eventsDurability: Durability | undefined;
  /** How many replicas `redis+replicas` waits for. */
  eventsReplicasMin: number;
  /** File of the journal of this node. */
  eventsJournal: string;
  /** Most bytes of data that wait in a journal. */
  eventsJournalBytesMax: number;
  /** Milliseconds for which events are kept; Infinity: for ever. */
  eventsRetentionMs: number;
  /** Most bytes of all events that are kept; 0: no bound. */
  eventsRetentionBytes: number;
  /** Most webhook deliveries that are kept as dead letters. */
  deadLettersMax: number;
  /** What operators show to use `/admin` and `/webhooks/registrations`; empty: there are none. */
  adminKey: string;
  /** Hosts that may be called where a service says so, although they are not public; in lower case. */
  outboundHostsAllowed: readonly string[];
  /** Origins of web pages that may use `/graphql`, besides the gateway's own; `*` for all. */
  corsOrigins: readonly string[];
  /** Largest file that a client may upload, in bytes. */
  uploadFileBytesMax: number;
  /** Most files of one upload request. */
  uploadFilesMax: number;
  /** Manifest of the documents that clients may name; empty when there is none. */
  trustedDocuments: string;
  /** Whether other documents are executed beside those of the manifest. */
  untrustedDocuments: UntrustedDocuments;
  /** Who executes queries and mutations. */
  queryExecutor: QueryExecutor;
  logLevel: LogLevel;
  /** What is shown to developers. */
  debug: Debug;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export const queryExecutors = ['compiled', 'apollo'] as const;
export type QueryExecutor = (typeof queryExecutors)[number];

export const untrustedDocuments = ['refuse', 'allow'] as const;
export type UntrustedDocuments = (typeof untrustedDocuments)[number];

export const debugs = ['', 'plan'] as const;
export type Debug = (typeof debugs)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** One environment variable: what it is for, what it is without a value, and how its text becomes a value. */
interface Setting {
  name: string;
  description: string;
  default: string;
  parse(text: string): unknown;
}

const DURATION_EXPECTED = 'must be a whole number with s, m, h or d, such as 7d, or forever';

/** A bound on events holds a few of the largest at least. */
const EVENTS_BYTES_MIN = 1024 * 1024;

/** The environment variables that Sluice reads. docs/configuration.md is generated from this table. */
export const settings = {
  host: {
    name: 'HOST',
    description: 'Address that the gateway listens on.',
    default: '127.0.0.1',
    parse: (text) => (text === 'localhost' || isIP(text) ? text : fail('must be an IP address or localhost')),
  },
  port: {
    name: 'PORT',
    description: 'TCP port; 0 takes a free one.',
    default: '4000',
    parse: (text) =>
      /^\d{1,5}$/.test(text) && Number(text) < 65_536 ? Number(text) : fail('must be a TCP port'),
  },
  publicUrl: {
    name: 'PUBLIC_URL',
    description: 'URL under which webhook senders reach the gateway. Without it: http://HOST:PORT.',
    default: '',
    parse: (text) =>
      text === '' || (isHttpUrl(text) && !/[?#]/.test(text))
        ? text.replace(/\/+$/, '')
        : fail('must be an http(s) URL without a query'),
  },
  subgraphsDir: {
    name: 'SUBGRAPHS_DIR',
    description: 'Folder with one folder per subgraph.',
    default: './subgraphs',
    parse: (text) => text,
  },
  compiledDir: {
    name: 'COMPILED_DIR',
    description:
      'Folder that keeps what was compiled from the documents of the subgraphs, so that a start compiles only what has changed. It may be deleted at any time.',
    default: './.sluice/compiled',
    parse: (text) => text,
  },
  eventsUrl: {
    name: 'EVENTS_URL',
    description:
      'Event log: sqlite:<path>, or a Redis: redis://…, redis-sentinel://… or redis-cluster://…, over TLS rediss…. See operations.md.',
    default: 'sqlite:./.sluice/events.db',
    parse: (text) =>
      /^[a-z-]+:./.test(text)
        ? text
        : fail('must be sqlite:<path> or a redis://…, redis-sentinel://… or redis-cluster://… URL'),
  },
  eventsDurability: {
    name: 'EVENTS_DURABILITY',
    description: `When a delivery is answered 2xx, where the event log is in Redis: ${durabilities.join(', ')}. Without it: journal for sources whose scheme is github or twilio, else redis. A folder may say otherwise. See operations.md.`,
    default: '',
    parse: (text) =>
      text === ''
        ? undefined
        : (durabilities.find((durability) => durability === text) ??
          fail(`must be one of ${durabilities.join(', ')}`)),
  },
  eventsReplicasMin: {
    name: 'EVENTS_REPLICAS_MIN',
    description: 'How many replicas of Redis must have an event where redis+replicas is said.',
    default: '1',
    parse: positiveInteger,
  },
  eventsJournal: {
    name: 'EVENTS_JOURNAL',
    description:
      'File of the journal, on a disk of this machine that outlives the process. Each further process takes the next one: journal-2.db and so on.',
    default: './.sluice/journal.db',
    parse: (text) => text,
  },
  eventsJournalBytesMax: {
    name: 'EVENTS_JOURNAL_BYTES_MAX',
    description:
      'Most data that waits in the journal of a process for Redis, in bytes. What comes above is answered 503.',
    default: String(256 * 1024 * 1024),
    parse: positiveInteger,
  },
  eventsRetentionMs: {
    name: 'EVENTS_RETENTION',
    description:
      'How long events are kept: a whole number with s, m, h or d, such as 30m, 12h or 7d, or forever. See operations.md.',
    default: '7d',
    parse: (text) =>
      text === 'forever' ? Number.POSITIVE_INFINITY : (parseDuration(text) ?? fail(DURATION_EXPECTED)),
  },
  eventsRetentionBytes: {
    name: 'EVENTS_RETENTION_BYTES',
    description:
      'Most bytes of events, of all sources together; when there are more, the oldest are removed. 0: no bound. See operations.md.',
    default: '0',
    parse: (text) =>
      text === '0' ||
      (/^\d+$/.test(text) && Number(text) >= EVENTS_BYTES_MIN && Number.isSafeInteger(Number(text)))
        ? Number(text)
        : fail(`must be 0 or an integer of at least ${EVENTS_BYTES_MIN}`),
  },
  deadLettersMax: {
    name: 'DEAD_LETTERS_MAX',
    description:
      'Most webhook deliveries that are kept as dead letters. When there are so many, further ones are answered 503. See operations.md.',
    default: '10000',
    parse: positiveInteger,
  },
  adminKey: {
    name: 'ADMIN_KEY',
    description:
      'Key of operators for /admin and /webhooks/registrations, at least 16 characters: they send it as authorization: Bearer. Without it there is neither. Secrets of services that registered themselves are encrypted by it.',
    default: '',
    parse: (text) =>
      /^(?:[\x21-\x7e]{16,})?$/.test(text)
        ? text
        : fail('must be at least 16 characters of ASCII, without spaces'),
  },
  outboundHostsAllowed: {
    name: 'OUTBOUND_HOSTS_ALLOWED',
    description:
      'Hosts, names or addresses separated by commas, that Sluice may call where the answer of a service leads to, although they are not public. The host of an endpoint always may. See webhooks.md.',
    default: '',
    parse: (text) => {
      const hosts = text.split(',').flatMap((part) => part.trim().toLowerCase() || []);
      return hosts.every(isHost) ? hosts : fail('must be host names or IP addresses');
    },
  },
  corsOrigins: {
    name: 'CORS_ORIGINS',
    description:
      'Origins of web pages that may use /graphql, separated by commas; * for all. Pages of the gateway itself always may.',
    default: '',
    parse: (text) => {
      const origins = text.split(',').flatMap((part) => part.trim() || []);
      return origins.every(isOrigin)
        ? origins
        : fail('must be origins such as https://app.example.com, or *');
    },
  },
  uploadFileBytesMax: {
    name: 'UPLOAD_FILE_BYTES_MAX',
    description: 'Largest file that a client may upload, in bytes.',
    default: String(100 * 1024 * 1024),
    parse: positiveInteger,
  },
  uploadFilesMax: {
    name: 'UPLOAD_FILES_MAX',
    description: 'Most files of one upload request.',
    default: '10',
    parse: positiveInteger,
  },
  trustedDocuments: {
    name: 'TRUSTED_DOCUMENTS',
    description:
      'Manifest of the operations of your clients, a JSON file: only these are executed, by their ids or by their text. See client-requests.md.',
    default: '',
    parse: (text) => text,
  },
  untrustedDocuments: {
    name: 'UNTRUSTED_DOCUMENTS',
    description:
      'What happens to operations that are not in TRUSTED_DOCUMENTS: refuse or allow. Without a manifest all are allowed.',
    default: 'refuse',
    parse: (text) =>
      untrustedDocuments.find((choice) => choice === text) ??
      fail(`must be one of ${untrustedDocuments.join(', ')}`),
  },
  queryExecutor: {
    name: 'QUERY_EXECUTOR',
    description:
      'Who executes queries and mutations: compiled plans of our own, or apollo, which is @apollo/gateway, to compare with. Subscriptions are always compiled.',
    default: 'compiled',
    parse: (text) =>
      queryExecutors.find((executor) => executor === text) ??
      fail(`must be one of ${queryExecutors.join(', ')}`),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    description: `How much is logged: ${logLevels.join(', ')}.`,
    default: 'info',
    parse: (text) =>
      logLevels.find((level) => level === text) ?? fail(`must be one of ${logLevels.join(', ')}`),
  },
  debug: {
    name: 'SLUICE_DEBUG',
    description:
      'For developers: plan prints the query plan of each new operation, and the code that is generated for it, on standard error. Documents of clients are in it, variables and headers are not.',
    default: '',
    parse: (text) => debugs.find((debug) => debug === text) ?? fail('must be plan, or empty'),
  },
} as const satisfies Record<keyof GatewayConfig, Setting>;

/** A variable is malformed. The message is one line that names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration.
 * @param env the variables @default process.env, which is read nowhere else
 * @throws ConfigError
 */
export function readConfig(env: Environment = process.env): GatewayConfig {
  const values = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => {
      const text = env[setting.name] || setting.default;
      try {
        return [key, setting.parse(text)];
      } catch (error) {
        throw new ConfigError(`${setting.name} ${(error as Error).message}`);
      }
    }),
  );
  return values as unknown as GatewayConfig;
}

/** Values for `${NAME}` in subgraph.yaml. */
export function subgraphEnvironment(): Environment {
  return process.env;
}

/** URL under which this machine reaches a server that listens on `host` and `port`. */
export function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Whether only this machine can reach a host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function positiveInteger(text: string): number {
  const value = Number(text);
  return /^\d+$/.test(text) && value > 0 && Number.isSafeInteger(value)
    ? value
    : fail('must be an integer above 0');
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/.test(text) && URL.canParse(text);
}

/** An origin as browsers send it: scheme, host and port, nothing behind. */
function isOrigin(text: string): boolean {
  return text === '*' || (isHttpUrl(text) && new URL(text).origin === text);
}

/** A host as a URL has it, without a port; an IPv6 address without brackets. */
function isHost(text: string): boolean {
  return isIP(text) !== 0 || URL.parse(`http://${text}/`)?.hostname === text;
}

function fail(message: string): never {
  throw new Error(message);
}
