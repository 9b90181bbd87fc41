import { ConfigError, isLoopback, readConfig } from '../../gateway/config.ts';

const malformed: { given: Record<string, string>; message: string }[] = [
  { given: { PORT: 'four' }, message: 'PORT must be a TCP port' },
  { given: { PORT: '65536' }, message: 'PORT must be a TCP port' },
  { given: { PORT: '-1' }, message: 'PORT must be a TCP port' },
  {
    given: { UNTRUSTED_DOCUMENTS: 'yes' },
    message: 'UNTRUSTED_DOCUMENTS must be one of refuse, allow',
  },
  { given: { QUERY_EXECUTOR: 'fast' }, message: 'QUERY_EXECUTOR must be one of compiled, apollo' },
  { given: { HOST: 'example.com' }, message: 'HOST must be an IP address or localhost' },
  {
    given: { PUBLIC_URL: 'sluice.example.com' },
    message: 'PUBLIC_URL must be an http(s) URL without a query',
  },
  {
    given: { PUBLIC_URL: 'https://a.example/?b=c' },
    message: 'PUBLIC_URL must be an http(s) URL without a query',
  },
  {
    given: { PUBLIC_URL: 'ftp://sluice.example.com' },
    message: 'PUBLIC_URL must be an http(s) URL without a query',
  },
  {
    given: { EVENTS_URL: 'events.db' },
    message: 'EVENTS_URL must be sqlite:<path> or a redis://…, redis-sentinel://… or redis-cluster://… URL',
  },
  {
    given: { LOG_LEVEL: 'loud' },
    message: 'LOG_LEVEL must be one of fatal, error, warn, info, debug, silent',
  },
  {
    given: { OUTBOUND_HOSTS_ALLOWED: 'hub.internal,hub.internal:8080' },
    message: 'OUTBOUND_HOSTS_ALLOWED must be host names or IP addresses',
  },
  {
    given: { CORS_ORIGINS: 'https://a.example/path' },
    message: 'CORS_ORIGINS must be origins such as https://app.example.com, or *',
  },
  {
    given: { CORS_ORIGINS: 'a.example' },
    message: 'CORS_ORIGINS must be origins such as https://app.example.com, or *',
  },
  ...['fifteen-letters', 'with a space in it', 'ein-schlüssel-mit-umlaut', 'with-a-line-feed\n'].map(
    (key) => ({
      given: { ADMIN_KEY: key },
      message: 'ADMIN_KEY must be at least 16 characters of ASCII, without spaces',
    }),
  ),
  {
    given: { EVENTS_DURABILITY: 'disk' },
    message: 'EVENTS_DURABILITY must be one of redis, redis+replicas, journal',
  },
  { given: { EVENTS_REPLICAS_MIN: '0' }, message: 'EVENTS_REPLICAS_MIN must be an integer above 0' },
  {
    given: { EVENTS_RETENTION: '7 days' },
    message: 'EVENTS_RETENTION must be a whole number with s, m, h or d, such as 7d, or forever',
  },
  ...['-1', '1048575', '1e9', '9007199254740993', '1GB'].map((bytes) => ({
    given: { EVENTS_RETENTION_BYTES: bytes },
    message: 'EVENTS_RETENTION_BYTES must be 0 or an integer of at least 1048576',
  })),
  { given: { DEAD_LETTERS_MAX: '0' }, message: 'DEAD_LETTERS_MAX must be an integer above 0' },
];

describe('configuration', () => {
  it('has defaults for everything', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      publicUrl: '',
      subgraphsDir: './subgraphs',
      trustedDocuments: '',
      untrustedDocuments: 'refuse',
      compiledDir: './.sluice/compiled',
      uploadFileBytesMax: 104_857_600,
      uploadFilesMax: 10,
      eventsUrl: 'sqlite:./.sluice/events.db',
      eventsDurability: undefined,
      eventsReplicasMin: 1,
      eventsJournal: './.sluice/journal.db',
      eventsJournalBytesMax: 268_435_456,
      corsOrigins: [],
      eventsRetentionMs: 604_800_000,
      eventsRetentionBytes: 0,
      deadLettersMax: 10_000,
      adminKey: '',
      outboundHostsAllowed: [],
      queryExecutor: 'compiled',
      logLevel: 'info',
      debug: '',
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', LOG_LEVEL: '' })).toMatchObject({ port: 4000, logLevel: 'info' });
  });

  it('reads what is set', () => {
    const env = {
      PORT: '0',
      QUERY_EXECUTOR: 'apollo',
      ADMIN_KEY: 'exactly-16-chars',
      PUBLIC_URL: 'https://x.example/',
      CORS_ORIGINS: 'https://a.example, http://b.example:8080',
      EVENTS_RETENTION: 'forever',
      EVENTS_RETENTION_BYTES: '1048576',
    };
    expect(readConfig(env)).toMatchObject({
      port: 0,
      queryExecutor: 'apollo',
      adminKey: 'exactly-16-chars',
      publicUrl: 'https://x.example',
      corsOrigins: ['https://a.example', 'http://b.example:8080'],
      eventsRetentionMs: Number.POSITIVE_INFINITY,
      eventsRetentionBytes: 1_048_576,
    });
  });

  it.each(malformed)('$given is refused: $message', ({ given, message }) => {
    expect(() => readConfig(given)).toThrow(new ConfigError(message));
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
  ])('%s is loopback: %s', (host, expected) => expect(isLoopback(host)).toBe(expected));
});
