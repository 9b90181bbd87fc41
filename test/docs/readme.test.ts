/** The README and `npm start` give the same lines to paste. */
import { expect, test } from '@jest/globals';
import { textOf } from './repository.ts';

const readme = textOf('README.md');
const start = textOf('bin/start.ts');

/** An operation with quotes, as it stands in a JSON body. */
function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

test('every operation that npm start prints is in the README', () => {
  const operations = Array.from(start.matchAll(/(?:subscription|mutation) \{ .* \}/g), ([text]) => text);
  expect(operations).toHaveLength(3);
  expect(operations.filter((text) => !readme.includes(text) && !readme.includes(insideJson(text)))).toEqual(
    [],
  );
});

test('the two commands are there as they are typed', () => {
  for (const command of ['npm ci && npm start', 'npm ci && npm test']) {
    expect(readme).toContain(`\n${command}\n`);
  }
});

test('every page that the README links to exists', () => {
  const links = Array.from(readme.matchAll(/\]\(((?:docs\/)?[\w./-]+\.md)\)/g), ([, path = '']) => path);
  expect(links.length).toBeGreaterThan(10);
  for (const path of links) expect(textOf(path)).not.toBe('');
});
