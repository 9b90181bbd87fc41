/** RFC 6901, section 5, and what a pointer must not find. */
import { compileJsonPointer } from '../../webhooks/json-pointer.ts';

const json = JSON.parse(
  '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"k\\"l":6," ":7,"m~n":8,"__proto__":{"own":9}}',
) as unknown;

test.each([
  ['', json],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
  ['/__proto__/own', 9],
])('%s is found', (pointer, expected) => {
  expect(compileJsonPointer(pointer)(json)).toEqual(expected);
});

test.each([
  '/constructor',
  '/toString',
  '/foo/length',
  '/foo/01',
  '/foo/-',
  '/foo/2',
  '/foo/0/0',
  '/none/more',
])('%s is nothing', (pointer) => {
  expect(compileJsonPointer(pointer)(json)).toBeUndefined();
});
