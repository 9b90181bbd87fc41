import { file, type WrongFile } from './wrong-file.ts';

/** What is wrong with how a service is called. */
export const wrongCalls: readonly WrongFile[] = [
  {
    id: 'W80',
    sentence: 'a header with a line break',
    given: file('headers: { set: { x-key: "a\\r\\nx-evil: 1" } }'),
    expected: ':2: headers.set.x-key: holds characters that no header can have',
  },
  {
    id: 'W81',
    sentence: 'no attempt at all',
    given: file('retry: { attempts: 0 }'),
    expected: ':2: retry.attempts: must be >= 1',
  },
  {
    id: 'W82',
    sentence: 'attempts without end',
    given: file('retry: { attempts: 1000 }'),
    expected: ':2: retry.attempts: must be <= 10',
  },
  {
    id: 'W83',
    sentence: 'a cache that is neither on nor off',
    given: file('cache: 60'),
    expected: ':2: cache: must be boolean',
  },
  {
    id: 'W84',
    sentence: 'a security scheme with a key by another name',
    given: file('security: { key: { key: hunter2 } }'),
    expected:
      ':2: security.key: must be { apiKey } or { username, password } or { token } or { clientId, clientSecret }',
  },
  {
    id: 'W85',
    sentence: 'a user without a password',
    given: file('security: { basic: { username: me } }'),
    expected: ':2: security.basic.password: is missing',
  },
  {
    id: 'W86',
    sentence: 'a client without a secret',
    given: file('security: { oauth: { clientId: me } }'),
    expected: ':2: security.oauth.clientSecret: is missing',
  },
];
