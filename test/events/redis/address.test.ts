import { parseRedisUrl } from '../../../events/redis/address.ts';

const nobody = {};

test.each([
  ['redis://', { kind: 'server', hosts: [{ host: 'localhost', port: 6379 }], db: 0, credentials: nobody }],
  ['redis://a:7000/3', { hosts: [{ host: 'a', port: 7000 }], db: 3, tls: null, text: 'a:7000' }],
  ['REDIS://[::1]', { hosts: [{ host: '::1', port: 6379 }], text: '[::1]:6379' }],
  ['redis://:p%40ss%2F:@a', { credentials: { password: 'p@ss/:' }, text: 'a:6379' }],
  ['redis://us%20er:p@w@a', { credentials: { username: 'us er', password: 'p@w' } }],
  ['rediss://a?cacert=%2Fca.pem&sni=b', { kind: 'server', tls: { cacert: '/ca.pem', sni: 'b' } }],
  ['rediss://a?cert=c&key=k', { tls: { cert: 'c', key: 'k' } }],
  ['redis-sentinel://a,b:1/m%2Fain/2', { kind: 'sentinel', masterName: 'm/ain', db: 2, text: 'a:26379,b:1' }],
  [
    'rediss-sentinel://u:p@a/main?sentinel_password=s',
    {
      credentials: { username: 'u', password: 'p' },
      sentinelCredentials: { password: 's' },
      tls: {},
      db: 0,
    },
  ],
  ['redis-cluster://a,b/', { kind: 'cluster', text: 'a:6379,b:6379', tls: null }],
  ['rediss-cluster://u:p@a:1/0', { kind: 'cluster', credentials: { username: 'u', password: 'p' }, tls: {} }],
])('%s is read', (url, expected) => {
  expect(parseRedisUrl(url)).toMatchObject(expected);
});
