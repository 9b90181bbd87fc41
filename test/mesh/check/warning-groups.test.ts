import { groupWarnings } from '../../../mesh/check/warning-groups.ts';

const place = (name: string) => `/components/schemas/${name}: is called "${name}" here`;
const entity = (name: string, line: number) =>
  `subgraphs/shop/subgraph.yaml:${line}: entities.${name}: "get${name}" answers one`;

test('few warnings are told as they are', () => {
  const few = ['A', 'B', 'C', 'D', 'E'].map(place);
  expect(groupWarnings(few)).toEqual(few);
});

test('many are one line of each kind, with the first place', () => {
  const many = [
    ...['A', 'B', 'C', 'D', 'E', 'F'].map(place),
    '/paths/~1a/get: has 3 bodies',
    '/paths/~1b/get: is lost',
  ];
  expect(groupWarnings(many)).toEqual([
    `${place('A')} (and 5 more like this)`,
    '/paths/~1a/get: has 3 bodies',
    '/paths/~1b/get: is lost',
  ]);
});

test('what is said of many lines of a subgraph.yaml is one line', () => {
  const many = ['A', 'B', 'C', 'D', 'E', 'F'].map((name, index) => entity(name, index + 9));
  expect(groupWarnings(many)).toEqual([`${entity('A', 9)} (and 5 more like this)`]);
});
