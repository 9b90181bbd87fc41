/** Nothing of a registrar keeps a process alive. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { openSqlite } from '../../utils/event-log-urls.ts';

const child = new URL('children/close-while.ts', import.meta.url).pathname;

test.each([
  ['waits to try again', 'fail'],
  ['waits for an answer that never comes', 'hang'],
  ['waits to register again', 'accept'],
])('a process ends when a registrar is closed that %s', async (_sentence, what) => {
  const store = await openSqlite();
  const [code] = (await once(
    spawn(process.execPath, [child, store.url, what], { stdio: 'inherit' }),
    'exit',
  )) as [number];
  expect(code).toBe(0);
  await store.close();
});
