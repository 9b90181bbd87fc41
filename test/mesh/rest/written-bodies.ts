import {
  multipart,
  multipartRows,
  parts,
  plain,
  type BodyRow,
  type WrittenBody,
} from './written-multipart.ts';
import { uploaded } from './uploaded-file.ts';

const object = 'type: object, properties: { a: { type: string }, n: { type: integer } }';
const json = `application/json: { schema: { ${object} } }`;
const form = (properties: string, encoding = '') =>
  `application/x-www-form-urlencoded: { schema: { type: object, properties: { ${properties} } }, encoding: { ${encoding} } }`;
const text = 'a: { type: string }';
const list = 'a: { type: array, items: { type: string } }';
const member = 'a: { type: object, properties: { k: { type: string }, l: { type: string } } }';
const formType = 'application/x-www-form-urlencoded';
const bytes = Buffer.from([0, 255, 13, 10, 45, 45]);

const jsonRows: readonly BodyRow[] = [
  ['JSON', json, { a: 'é', n: 1 }, ['application/json', '{"a":"é","n":1}']],
  ['JSON, null inside, which a patch means', json, { a: null }, ['application/json', '{"a":null}']],
  ['JSON, nothing inside', json, {}, ['application/json', '{}']],
  [
    'JSON, digits beyond 2^53',
    json,
    { n: 9007199254740993n },
    ['application/json', '{"n":9007199254740993}'],
  ],
  [
    'JSON of a list',
    'application/json: { schema: { type: array, items: { type: string } } }',
    [],
    ['application/json', '[]'],
  ],
  [
    'JSON of one text',
    'application/json: { schema: { type: string } }',
    'a"b',
    ['application/json', '"a\\"b"'],
  ],
  [
    'JSON without a schema',
    'application/json: {}',
    { any: [1, false] },
    ['application/json', '{"any":[1,false]}'],
  ],
  [
    'JSON with parameters',
    `application/json; charset=utf-8: { schema: { ${object} } }`,
    { a: 'b' },
    ['application/json; charset=utf-8', '{"a":"b"}'],
  ],
  [
    'JSON of a vendor',
    `application/vnd.shop.v1+json: { schema: { ${object} } }`,
    { a: 'b' },
    ['application/vnd.shop.v1+json', '{"a":"b"}'],
  ],
  [
    'a merge patch',
    `application/merge-patch+json: { schema: { ${object} } }`,
    { a: null },
    ['application/merge-patch+json', '{"a":null}'],
  ],
  [
    'a JSON patch',
    'application/json-patch+json: { schema: { type: array, items: { type: object } } }',
    [{ op: 'remove', path: '/a' }],
    ['application/json-patch+json', '[{"op":"remove","path":"/a"}]'],
  ],
  [
    'anything, which is JSON',
    `'*/*': { schema: { ${object} } }`,
    { a: 'b' },
    ['application/json', '{"a":"b"}'],
  ],
  [
    'JSON that may be null',
    "application/json: { schema: { type: [object, 'null'], properties: { a: { type: string } } } }",
    null,
    ['application/json', 'null'],
  ],
  ['a file in JSON', `application/json: { schema: { type: object } }`, { a: uploaded('x') }, null],
];

const formRows: readonly BodyRow[] = [
  ['a form', form(text), { a: 'b&c=d e+f%é~*' }, [formType, 'a=b%26c%3Dd+e%2Bf%25%C3%A9%7E*']],
  [
    'a form, numbers and booleans',
    form('a: { type: integer }, b: { type: boolean }'),
    { a: 1, b: false },
    [formType, 'a=1&b=false'],
  ],
  ['a form, null', form(text), { a: null }, [formType, 'a=']],
  ['a form, empty text', form(text), { a: '' }, [formType, 'a=']],
  ['a form, nothing inside', form(text), {}, [formType, '']],
  ['a form, a list', form(list), { a: ['b c', 'd'] }, [formType, 'a=b+c&a=d']],
  ['a form, an empty list', form(list), { a: [] }, null],
  ['a form, an object', form(member), { a: { k: 'v w' } }, [formType, 'a=%7B%22k%22%3A%22v+w%22%7D']],
  [
    'a form, a list of objects',
    form('a: { type: array, items: { type: object } }'),
    { a: [{ k: 1 }, { k: 2 }] },
    [formType, 'a=%7B%22k%22%3A1%7D&a=%7B%22k%22%3A2%7D'],
  ],
  [
    'a form, a list as JSON',
    form(list, 'a: { contentType: application/json }'),
    { a: ['b', 'c'] },
    [formType, 'a=%5B%22b%22%2C%22c%22%5D'],
  ],
  [
    'a form, text as JSON',
    form(text, 'a: { contentType: application/json }'),
    { a: 'b' },
    [formType, 'a=%22b%22'],
  ],
  ['a form, form style', form(list, 'a: { style: form }'), { a: ['b', 'c d'] }, [formType, 'a=b&a=c+d']],
  ['a form, not exploded', form(list, 'a: { explode: false }'), { a: ['b', 'c,d'] }, [formType, 'a=b,c%2Cd']],
  [
    'a form, spaceDelimited',
    form(list, 'a: { style: spaceDelimited }'),
    { a: ['b', 'c'] },
    [formType, 'a=b+c'],
  ],
  [
    'a form, pipeDelimited',
    form(list, 'a: { style: pipeDelimited }'),
    { a: ['b', 'c'] },
    [formType, 'a=b%7Cc'],
  ],
  [
    'a form, deepObject',
    form(member, 'a: { style: deepObject, explode: true }'),
    { a: { k: 'v', l: 'w x' } },
    [formType, 'a%5Bk%5D=v&a%5Bl%5D=w+x'],
  ],
  [
    'a form, deepObject, nested',
    form('a: { type: object }', 'a: { style: deepObject }'),
    { a: { k: [{ l: 1 }] } },
    [formType, 'a%5Bk%5D%5B0%5D%5Bl%5D=1'],
  ],
  [
    'a form, an exploded object',
    form(member, 'a: { style: form }'),
    { a: { k: 'v', l: 'w' } },
    [formType, 'k=v&l=w'],
  ],
  [
    'a form, an exploded object with a name of its own',
    form(member, 'a: { style: form }'),
    { a: { admin: 'true' } },
    null,
  ],
  ['a form, a name that nobody described', form(text), { 'x&y=z': '1' }, [formType, 'x%26y%3Dz=1']],
  ['a form that is a list', form(text), ['a'], null],
  ['a form that is text', form(text), 'a=b', null],
];

const otherRows: readonly BodyRow[] = [
  ['text', 'text/plain: { schema: { type: string } }', 'a\r\nb é', ['text/plain', 'a\r\nb é']],
  ['text without a schema', 'text/csv: {}', 'a,b', ['text/csv', 'a,b']],
  ['empty text', 'text/plain: { schema: { type: string } }', '', ['text/plain', '']],
  ['bytes', 'application/octet-stream: {}', uploaded(bytes), ['application/octet-stream', bytes]],
  [
    'an image',
    'image/png: { schema: { type: string, format: binary } }',
    uploaded(bytes),
    ['image/png', bytes],
  ],
  ['any image', "'image/*': {}", uploaded(bytes, { mediaType: 'image/webp' }), ['image/webp', bytes]],
  ['any image, and no image', "'image/*': {}", uploaded(bytes), null],
  [
    'any file',
    "'*/*': { schema: { type: string, format: binary } }",
    uploaded(bytes),
    ['text/x-note', bytes],
  ],
  [
    'bytes as base64',
    'application/octet-stream: { schema: { type: string, format: byte } }',
    'AAE=',
    ['application/octet-stream', 'AAE='],
  ],
  ['bytes that are no file', "'image/*': {}", 'AAE=', null],
  ['JSON rather than a form', `${form(text)}, ${json}`, { a: 'b' }, ['application/json', '{"a":"b"}']],
  [
    'multipart rather than a form',
    `${form(text)}, ${multipart(text)}`,
    { a: 'b' },
    parts([`name="a"\r\n${plain}`, 'b']),
  ],
  ['a form rather than text', `text/plain: {}, ${form(text)}`, { a: 'b' }, [formType, 'a=b']],
  ['text rather than bytes', 'application/octet-stream: {}, text/plain: {}', 'a', ['text/plain', 'a']],
  ['a form rather than XML', `application/xml: {}, ${form(text)}`, { a: 'b' }, [formType, 'a=b']],
];

export const writtenBodies: readonly WrittenBody[] = [
  ...jsonRows,
  ...formRows,
  ...multipartRows,
  ...otherRows,
].map(([sentence, given, input, expected], index) => ({
  id: `W${index + 1}`,
  sentence,
  given,
  input,
  expected,
}));
