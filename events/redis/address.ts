import { EventLogUrlError } from '../url-error.ts';

/** The schemes of Redis; each is also there with TLS. */
const redisSchemes = [
  'redis',
  'rediss',
  'redis-sentinel',
  'rediss-sentinel',
  'redis-cluster',
  'rediss-cluster',
] as const;
type Scheme = (typeof redisSchemes)[number];

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

/** Files as `redis-cli` calls them, all PEM. What is left out is Node's: its list of authorities, `NODE_EXTRA_CA_CERTS`. */
export interface TlsFiles {
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Name that the certificate must have, where it is not the host. */
  readonly sni?: string;
}

interface Place {
  readonly hosts: readonly HostAndPort[];
  readonly credentials: Credentials;
  /** null without TLS. */
  readonly tls: TlsFiles | null;
  /** For people: hosts and ports, never a password. */
  readonly text: string;
}

/** What a URL says about a Redis: one server, a master that Sentinels know, or a cluster. */
export type RedisAddress =
  | (Place & { readonly kind: 'server'; readonly db: number })
  | (Place & {
      readonly kind: 'sentinel';
      readonly db: number;
      readonly masterName: string;
      /** Those of the Sentinels; `credentials` are those of the Redis that they name. */
      readonly sentinelCredentials: Credentials;
    })
  | (Place & { readonly kind: 'cluster' });

interface Parts {
  readonly scheme: Scheme;
  readonly credentials: Credentials;
  readonly hosts: readonly HostAndPort[];
  readonly path: readonly string[];
  readonly parameters: ReadonlyMap<string, string>;
}

const TLS_PARAMETERS = ['cacert', 'cert', 'key', 'sni'];
const SENTINEL_PARAMETERS = ['sentinel_username', 'sentinel_password'];

/**
 * Reads `redis://[user:password@]host[:port][/db]`, `redis-sentinel://…host:port,host:port/<master name>[/db]` and
 * `redis-cluster://…host:port,host:port`; `rediss…` is the same over TLS. Reserved characters of a user, password or
 * name are percent-encoded.
 * @throws EventLogUrlError which says what is wrong and repeats nothing of it.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const parts = splitUrl(url);
  const { scheme, credentials, hosts, path } = parts;
  if (credentials.username !== undefined && credentials.password === undefined) {
    throw wrong(scheme, 'has a user without a password: a password alone begins with a colon');
  }
  const tls = tlsOf(parts);
  const text = hosts.map(hostText).join(',');
  const place = { hosts, credentials, tls, text };
  if (scheme.endsWith('-cluster')) {
    if (path.length > 0 && path.join() !== '0') {
      throw wrong(scheme, 'can not name a database: a cluster has only one');
    }
    return { kind: 'cluster', ...place };
  }
  if (scheme.endsWith('-sentinel')) {
    const [masterName = '', ...rest] = path;
    if (masterName === '') {
      throw wrong(scheme, `needs the name of the master: ${scheme}://host:26379/mymaster`);
    }
    const sentinelCredentials = credentialsOf(
      parts.parameters.get('sentinel_username'),
      parts.parameters.get('sentinel_password'),
    );
    return { kind: 'sentinel', ...place, masterName, sentinelCredentials, db: dbOf(scheme, rest) };
  }
  if (hosts.length > 1) throw wrong(scheme, 'names several hosts: use redis-sentinel: or redis-cluster:');
  return { kind: 'server', ...place, db: dbOf(scheme, path) };
}

function splitUrl(url: string): Parts {
  const [, scheme = '', user, hostList = '', path = '', query = ''] =
    /^([a-z-]+):\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(url) ?? [];
  const known = redisSchemes.find((candidate) => candidate === scheme.toLowerCase());
  if (known === undefined) throw wrong(/^[a-z-]*/i.exec(url)?.[0] ?? '', 'is malformed');
  try {
    const [username, ...password] = (user ?? '').split(':');
    const parameters = new URLSearchParams(query);
    assertParameters(known, [...parameters.keys()]);
    return {
      scheme: known,
      credentials: credentialsOf(
        decodeURIComponent(username ?? ''),
        password.length === 0 ? undefined : decodeURIComponent(password.join(':')),
      ),
      hosts: hostList.split(',').map((host) => hostAndPort(known, host)),
      path: path === '' ? [] : path.split('/').map(decodeURIComponent),
      parameters: new Map(parameters),
    };
  } catch (error) {
    if (error instanceof EventLogUrlError) throw error;
    throw wrong(known, 'is malformed');
  }
}

function assertParameters(scheme: Scheme, names: readonly string[]): void {
  const known = [
    ...(scheme.startsWith('rediss') ? TLS_PARAMETERS : []),
    ...(scheme.endsWith('-sentinel') ? SENTINEL_PARAMETERS : []),
  ];
  if (names.every((name) => known.includes(name)) && new Set(names).size === names.length) return;
  const those = known.length === 0 ? 'it has none' : `use each of ${known.join(', ')} at most once`;
  throw wrong(scheme, `has a query parameter that is not known: ${those}`);
}

function hostAndPort(scheme: Scheme, text: string): HostAndPort {
  const standard = scheme.endsWith('-sentinel') ? 26_379 : 6379;
  if (text === '' && !scheme.includes('-')) return { host: 'localhost', port: standard };
  const parsed = URL.parse(`redis://${text}`);
  if (parsed === null || parsed.hostname === '') throw wrong(scheme, 'is malformed');
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? standard : Number(parsed.port),
  };
}

function credentialsOf(username = '', password?: string): Credentials {
  return { ...(username !== '' && { username }), ...(password !== undefined && { password }) };
}

function dbOf(scheme: Scheme, path: readonly string[]): number {
  const [db = '', ...rest] = path;
  if (rest.length > 0 || !/^\d{0,9}$/.test(db)) throw wrong(scheme, 'has a database that is no number');
  return Number(db);
}

function tlsOf({ scheme, parameters }: Parts): TlsFiles | null {
  if (!scheme.startsWith('rediss')) return null;
  const given = [...parameters].filter(([name]) => TLS_PARAMETERS.includes(name));
  const tls: TlsFiles = Object.fromEntries(given);
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    throw wrong(scheme, 'has a client certificate without its key, or a key without its certificate');
  }
  return tls;
}

function hostText({ host, port }: HostAndPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function wrong(scheme: string, what: string): EventLogUrlError {
  return new EventLogUrlError(`The ${scheme}: URL of the event log ${what}`);
}
