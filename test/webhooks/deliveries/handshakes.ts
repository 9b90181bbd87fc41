/** What comes before deliveries, at the door. */
import { type DeliveryCase, refused, setAside, taken, unknown, unverified } from './case.ts';
import { github, plain, tampered } from '../senders.ts';

const plainText = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
const echoed = (body: string) => ({ statuses: [200], headers: plainText, body, log: [] });
const notAllowed = { ...refused(405, 'WEBHOOK_METHOD_NOT_ALLOWED'), headers: { allow: 'POST' } };

const options = (origin: string) =>
  plain({ source: 'one-producer', method: 'OPTIONS', headers: { 'webhook-request-origin': origin } });
const subscribe = (topic: string, event: string | null = null) =>
  plain({
    source: 'feed',
    event,
    method: 'GET',
    target: `/webhooks/feed?hub.mode=subscribe&hub.challenge=c&hub.lease_seconds=1&hub.topic=${topic}`,
  });
const message = github({ source: 'chat', body: '{"type":"url_verification","challenge":"c"}' });
const token = { target: '/webhooks/graph?validationToken=a%20b' };

export const handshakes: readonly DeliveryCase[] = [
  {
    id: 'N1',
    sentence: 'an origin that is configured may deliver',
    given: [options('grid.test')],
    expected: {
      statuses: [200],
      headers: { allow: 'POST', 'webhook-allowed-origin': 'grid.test', 'webhook-allowed-rate': '*' },
      body: null,
      log: [],
    },
  },
  { id: 'N2', sentence: 'another is told nothing', given: [options('evil.test')], expected: notAllowed },
  {
    id: 'N3',
    sentence: 'the handshake of any event of a source is that of its URL',
    given: [subscribe('https://b.test/')],
    expected: echoed('c'),
  },
  {
    id: 'N4',
    sentence: 'at the URL of an event it is its own',
    given: [subscribe('https://b.test/', 'a')],
    expected: unknown,
  },
  {
    id: 'N5',
    sentence: 'a topic of nobody is answered like a source of nobody',
    given: [subscribe('https://c.test/')],
    expected: unknown,
  },
  {
    id: 'N6',
    sentence: 'a source without a handshake has none',
    given: [{ ...subscribe('https://a.test/'), source: 'orders' }],
    expected: notAllowed,
  },
  {
    id: 'N7',
    sentence: 'a signed challenge comes back, and is no event',
    given: [message],
    expected: echoed('c'),
  },
  {
    id: 'N8',
    sentence: 'one that is not signed does not',
    given: [tampered(message, '{"type":"url_verification","challenge":"d"}')],
    expected: unverified,
  },
  {
    id: 'N9',
    sentence: 'nor one to a source without that handshake',
    given: [github({ source: 'grid', body: '{"type":"url_verification","challenge":"c"}' })],
    expected: setAside('WEBHOOK_BODY_MALFORMED'),
  },
  {
    id: 'N10',
    sentence: 'a token comes back decoded',
    given: [plain({ source: 'graph', ...token })],
    expected: echoed('a b'),
  },
  {
    id: 'N11',
    sentence: 'a delivery to such a URL is a delivery',
    given: [github({ source: 'graph', ...token, body: '{}', headers: { 'content-length': '2' } })],
    expected: taken({ source: 'graph', type: 'change' }),
  },
];
