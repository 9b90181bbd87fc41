/** docs/dependencies.md explains everything that package.json asks for. */
import { describe, expect, test } from '@jest/globals';
import { textOf } from './repository.ts';

const { dependencies, devDependencies, overrides, allowScripts } = JSON.parse(
  textOf('package.json'),
) as Record<'dependencies' | 'devDependencies' | 'overrides' | 'allowScripts', Record<string, unknown>>;

/** Rows of the tables: package to its second cell. */
const rows = Array.from(
  textOf('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm),
  ([, name = '', second = '']) => ({ name, second: second.trim() }),
);

const lock = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, { license?: string }> };

/** The licence that a package states, wherever in the tree npm put it; `licenses`, which is older, is not in the lock. */
function licenceOf(name: string): string | undefined {
  const nested = Object.entries(lock.packages).find(([path]) => path.endsWith(`/node_modules/${name}`));
  const stated = (lock.packages[`node_modules/${name}`] ?? nested?.[1])?.license;
  if (stated !== undefined) return stated;
  const manifest = textOf(`node_modules/${name}/package.json`);
  return (JSON.parse(manifest) as { licenses?: { type: string }[] }).licenses?.[0]?.type;
}

const explained = { ...dependencies, ...devDependencies, ...overrides };

describe.each(Object.keys(explained))('%s', (name) => {
  test('is explained, with the licence that it states', () => {
    const licences = rows.filter((row) => row.name === name).map(({ second }) => second);
    expect(licences).toContain(licenceOf(name));
  });
});

test('every script that may or may not run is explained', () => {
  const wanted = Object.entries(allowScripts).map(([name, isPermitted]) => ({
    name,
    second: isPermitted === true ? 'yes' : 'no',
  }));
  expect(rows).toEqual(expect.arrayContaining(wanted));
});

test('nothing is explained that is not there', () => {
  const known = new Set([...Object.keys(explained), ...Object.keys(allowScripts)]);
  expect(rows.filter(({ name }) => !known.has(name))).toEqual([]);
});

test('every package under the Elastic License is named in the README', () => {
  const elastic = Object.entries(lock.packages).filter(([, { license }]) => license === 'Elastic-2.0');
  const names = elastic.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(names.length).toBeGreaterThan(0);
  const licence = textOf('README.md').split('## Licence')[1] ?? '';
  expect(names.filter((name) => !licence.includes(`\`${name}\``))).toEqual([]);
});
