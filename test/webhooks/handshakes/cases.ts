/** What each handshake answers, and what it takes for none. */
import type { HandshakeConfig, HandshakeRequest } from '../../../webhooks/handshakes/handshake.ts';

export interface HandshakeCase {
  readonly id: string;
  readonly sentence: string;
  readonly config: HandshakeConfig;
  /** A request, or the body of a message whose signature was good. */
  readonly given: HandshakeRequest | { readonly payload: unknown };
  /** Undefined: it is no handshake, and goes the way of every delivery. */
  readonly expected: object | undefined;
}

const get = (query: string): HandshakeRequest => ({
  method: 'GET',
  target: `/webhooks/feed${query}`,
  headers: {},
});
const post = (query: string, headers: HandshakeRequest['headers'] = {}): HandshakeRequest => ({
  method: 'POST',
  target: `/webhooks/graph${query}`,
  headers,
});
const options = (headers: HandshakeRequest['headers']): HandshakeRequest => ({
  method: 'OPTIONS',
  target: '/webhooks/grid',
  headers,
});

const plain = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const echoed = (body: string) => ({ status: 200, headers: plain, body, outcome: 'handshake' });
const none = undefined;
const notWanted = expect.objectContaining({ status: 404, outcome: 'WEBHOOK_SOURCE_UNKNOWN' }) as object;
const allowed = (origin: string, rate: string) => ({
  status: 200,
  headers: { allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': rate },
  body: null,
  outcome: 'handshake',
});

type Row = [
  sentence: string,
  given: HandshakeCase['given'],
  expected: object | undefined,
  config?: HandshakeConfig,
];

const grid: HandshakeConfig = {
  scheme: 'cloudevents',
  origins: ['eventgrid.azure.net', 'Emitter.example.com'],
  ratePerMinute: 120,
};
const origin = 'webhook-request-origin';
const cloudEvents: Row[] = [
  [
    'an origin that is configured',
    options({ [origin]: 'eventgrid.azure.net' }),
    allowed('eventgrid.azure.net', '120'),
  ],
  [
    'names are compared without case, and the configured one is told',
    options({ [origin]: 'EMITTER.example.COM' }),
    allowed('Emitter.example.com', '120'),
  ],
  [
    'whatever rate it asks for, the configured one is told',
    options({ [origin]: 'eventgrid.azure.net', 'webhook-request-rate': '5000' }),
    allowed('eventgrid.azure.net', '120'),
  ],
  [
    'no limit is configured',
    options({ [origin]: 'eventgrid.azure.net', 'webhook-request-rate': '5000' }),
    allowed('eventgrid.azure.net', '*'),
    { ...grid, ratePerMinute: undefined },
  ],
  [
    'all origins are configured',
    options({ [origin]: 'any.test' }),
    allowed('*', '*'),
    { scheme: 'cloudevents', origins: ['*'] },
  ],
  [
    'a callback is not called',
    options({ [origin]: 'eventgrid.azure.net', 'webhook-request-callback': 'https://127.0.0.1/confirm' }),
    allowed('eventgrid.azure.net', '120'),
  ],
  ['another origin', options({ [origin]: 'eventgrid.azure.net.evil.test' }), none],
  [
    'an asterisk is the name of nobody',
    options({ [origin]: '*' }),
    none,
    { scheme: 'cloudevents', origins: ['*'] },
  ],
  ['no origin', options({}), none],
  ['an empty origin', options({ [origin]: '' }), none],
  ['two origins', options({ [origin]: ['eventgrid.azure.net', 'eventgrid.azure.net'] }), none],
  ['a list of origins', options({ [origin]: 'eventgrid.azure.net, any.test' }), none],
  [
    'an origin with a line end',
    options({ [origin]: 'eventgrid.azure.net\r\nset-cookie: a=b' }),
    none,
    { scheme: 'cloudevents', origins: ['*'] },
  ],
  [
    'an origin that is too long',
    options({ [origin]: `${'a.'.repeat(126)}test` }),
    none,
    { scheme: 'cloudevents', origins: ['*'] },
  ],
  ...['0', '-1', '1.5', '1e3', '', '01'].map((rate): Row => [
    `a rate of "${rate}"`,
    options({ [origin]: 'eventgrid.azure.net', 'webhook-request-rate': rate }),
    none,
  ]),
  ['two rates', options({ [origin]: 'eventgrid.azure.net', 'webhook-request-rate': ['1', '2'] }), none],
  ['a delivery with an origin', { ...options({ [origin]: 'eventgrid.azure.net' }), method: 'POST' }, none],
  [
    'a preflight of a browser',
    options({ origin: 'https://eventgrid.azure.net', 'access-control-request-method': 'POST' }),
    none,
  ],
];

const topic = 'https://example.com/feed?a=b';
const feed: HandshakeConfig = { scheme: 'websub', topics: ['https://other.test/', topic] };
const meta: HandshakeConfig = { scheme: 'websub', verifyTokens: ['meaty hamhock', 'former'] };
const both: HandshakeConfig = { ...feed, verifyTokens: ['t'] };
const asked = (more: Record<string, string | undefined> = {}) => {
  const all: Record<string, string | undefined> = {
    mode: 'subscribe',
    topic,
    challenge: 'c-1',
    lease_seconds: '864000',
    ...more,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return get(`?${given.map(([name, value]) => `hub.${name}=${encodeURIComponent(value ?? '')}`).join('&')}`);
};
const byToken = (token: string, more = {}) =>
  asked({ topic: undefined, lease_seconds: undefined, verify_token: token, ...more });
const webSub: Row[] = [
  ['a topic that was subscribed to', asked(), echoed('c-1')],
  ['behind parameters of the URL itself', get(`?key=1&${asked().target.split('?')[1]}`), echoed('c-1')],
  [
    'a challenge of any text is sent back decoded',
    asked({ challenge: '<b>€ +%</b>' }),
    echoed('<b>€ +%</b>'),
  ],
  [
    'a plus is a space',
    get(`${asked({ challenge: undefined }).target.slice(14)}&hub.challenge=a+b`),
    echoed('a b'),
  ],
  ['a challenge of 1024 characters', asked({ challenge: 'c'.repeat(1024) }), echoed('c'.repeat(1024))],
  ['a longer challenge', asked({ challenge: 'c'.repeat(1025) }), notWanted],
  ['an empty challenge', asked({ challenge: '' }), notWanted],
  ['a challenge with a line end', asked({ challenge: 'c\r\nset-cookie: a=b' }), notWanted],
  ['another topic', asked({ topic: 'https://example.com/feed?a=c' }), notWanted],
  ['no topic', asked({ topic: undefined }), notWanted],
  ['two topics', get(`${asked().target.slice(14)}&hub.topic=x`), notWanted],
  ['no lease', asked({ lease_seconds: undefined }), notWanted],
  ...['0', '-5', '1.5', 'x', ''].map((lease): Row => [
    `a lease of "${lease}"`,
    asked({ lease_seconds: lease }),
    notWanted,
  ]),
  ['whoever wants to unsubscribe without a token', asked({ mode: 'unsubscribe' }), notWanted],
  ['a mode that does not exist', asked({ mode: 'publish' }), notWanted],
  ['no challenge', asked({ challenge: undefined }), none],
  ['two challenges', get(`${asked().target.slice(14)}&hub.challenge=x`), none],
  ['no mode', asked({ mode: undefined }), none],
  [
    'a subscription that was denied',
    asked({ mode: 'denied', challenge: undefined, lease_seconds: undefined }),
    none,
  ],
  ['an escape that is none', get(`${asked().target.slice(14)}&x=%zz`), none],
  ['an escaped byte that is no UTF-8', get(`${asked().target.slice(14)}&x=%ff`), none],
  ['no query', get(''), none],
  ['a POST', { ...asked(), method: 'POST' }, none],
  [
    'a token, as Meta sends it',
    byToken('meaty hamhock', { challenge: '1158201444' }),
    echoed('1158201444'),
    meta,
  ],
  ['the former token', byToken('former'), echoed('c-1'), meta],
  ['unsubscribing with the token', byToken('former', { mode: 'unsubscribe' }), echoed('c-1'), meta],
  ['a wrong token', byToken('meaty hamhock '), notWanted, meta],
  ['an empty token', byToken(''), notWanted, meta],
  ['no token', asked(), notWanted, meta],
  ['two tokens', get(`${byToken('former').target.slice(14)}&hub.verify_token=former`), notWanted, meta],
  ['another mode with the token', byToken('former', { mode: 'denied' }), notWanted, meta],
  ['a topic and a token', byToken('t', { topic }), echoed('c-1'), both],
  ['the token with another topic', byToken('t', { topic: 'https://x.test' }), notWanted, both],
  ['the topic without the token', asked(), notWanted, both],
];

const slackMessage = {
  token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
  challenge: '3eZbrw1aBm2r',
  type: 'url_verification',
};
const slack: Row[] = [
  ['the message of the documentation', { payload: slackMessage }, echoed('3eZbrw1aBm2r')],
  ['a longer challenge', { payload: { ...slackMessage, challenge: 'c'.repeat(1025) } }, none],
  ['an empty challenge', { payload: { ...slackMessage, challenge: '' } }, none],
  ['a challenge with a line end', { payload: { ...slackMessage, challenge: 'a\nb' } }, none],
  ['a challenge that is half a character', { payload: { ...slackMessage, challenge: '\ud800' } }, none],
  ['a challenge that is no text', { payload: { ...slackMessage, challenge: 7 } }, none],
  ['no challenge', { payload: { type: 'url_verification' } }, none],
  [
    'an event',
    { payload: { type: 'event_callback', challenge: 'c', event: { type: 'url_verification' } } },
    none,
  ],
  ['null', { payload: null }, none],
  ['a list', { payload: ['url_verification'] }, none],
  ['an unsigned request is not even looked at', post('?challenge=c'), none],
];

const token = 'Validation%3a+Testing+client+application+reachability+for+subscription+Request-Id%3a+25460e7d';
const graph: Row[] = [
  [
    'a token comes back decoded',
    post(`?validationToken=${token}`, { 'content-length': '0', 'content-type': 'text/plain; charset=utf-8' }),
    echoed('Validation: Testing client application reachability for subscription Request-Id: 25460e7d'),
  ],
  ['behind parameters of the URL itself', post('?tenant=1&validationToken=a%3Cb%3E'), echoed('a<b>')],
  ['as SharePoint writes it', post('?validationtoken=a'), echoed('a')],
  ['a token of 1024 characters', post(`?validationToken=${'t'.repeat(1024)}`), echoed('t'.repeat(1024))],
  ['a longer token', post(`?validationToken=${'t'.repeat(1025)}`), none],
  ['an empty token', post('?validationToken='), none],
  ['two tokens', post('?validationToken=a&validationToken=b'), none],
  ['no token', post('?token=a'), none],
  ['a token with a line end', post('?validationToken=a%0d%0aset-cookie:b'), none],
  ['an escape that is none', post('?validationToken=%'), none],
  ['an escaped byte that is no UTF-8', post('?validationToken=%ff'), none],
  ['a plain byte that is not ASCII', post('?validationToken=\xe4'), none],
  ['a delivery to such a URL', post('?validationToken=a', { 'content-length': '2' }), none],
  ['a delivery in chunks', post('?validationToken=a', { 'transfer-encoding': 'chunked' }), none],
  ['a GET', { ...post('?validationToken=a'), method: 'GET' }, none],
];

const table: readonly (readonly [letter: string, config: HandshakeConfig, rows: readonly Row[]])[] = [
  ['O', grid, cloudEvents],
  ['W', feed, webSub],
  ['S', { scheme: 'slack' }, slack],
  ['M', { scheme: 'microsoft-graph' }, graph],
];

export const handshakeCases: readonly HandshakeCase[] = table.flatMap(([letter, shared, rows]) =>
  rows.map(([sentence, given, expected, config = shared], index) => ({
    id: `${letter}${index + 1}`,
    sentence,
    config,
    given,
    expected,
  })),
);
