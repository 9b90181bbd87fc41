/** What a parameter of a document and a value become on the wire. */
export interface WrittenParameter {
  readonly id: string;
  readonly sentence: string;
  /** The parameter object below `name: x`, as YAML in one line. */
  readonly given: string;
  readonly value: unknown;
  /** Path and query for a path or query, else the header; undefined when nothing is sent, null when it is refused. */
  readonly expected: string | null | undefined;
}

const text = 'schema: { type: string }';
const list = 'schema: { type: array, items: { type: string } }';
const object = 'schema: { type: object, properties: { R: { type: integer }, G: { type: integer } } }';
const free = 'schema: { type: object, additionalProperties: { type: string } }';
const colours = ['blue', 'black', 'brown'];
const rgb = { R: 100, G: 200 };
const json = 'content: { application/json: { schema: { type: object } } }';

const path = 'in: path, required: true';
const label = `${path}, style: label`;
const matrix = `${path}, style: matrix`;
const space = 'in: query, style: spaceDelimited, explode: false';
const pipe = 'in: query, style: pipeDelimited, explode: false';
const deep = 'in: query, style: deepObject, explode: true';
const exploded = 'explode: true';

type Row = readonly [sentence: string, given: string, value: unknown, expected: string | null | undefined];

/** The table of OpenAPI 3.1.1, section 4.8.12.4, where it has the case, in the reading of RFC 6570 (3.0.4 corrects it). */
const rows: readonly Row[] = [
  ['path, simple, text', `${path}, ${text}`, 'blue', '/blue'],
  ['path, simple, reserved characters', `${path}, ${text}`, "a/b?c=d!'()*", '/a%2Fb%3Fc%3Dd%21%27%28%29%2A'],
  ['path, simple, list', `${path}, ${list}`, colours, '/blue,black,brown'],
  ['path, simple, list with a comma in it', `${path}, ${list}`, ['a,b', 'c'], '/a%2Cb,c'],
  ['path, simple, exploded list', `${path}, ${exploded}, ${list}`, colours, '/blue,black,brown'],
  ['path, simple, object', `${path}, ${object}`, rgb, '/R,100,G,200'],
  ['path, simple, exploded object', `${path}, ${exploded}, ${object}`, rgb, '/R=100,G=200'],
  ['path, simple, empty list', `${path}, ${list}`, [], null],
  ['path, label, text', `${label}, ${text}`, 'blue', '/.blue'],
  ['path, label, list', `${label}, ${list}`, colours, '/.blue,black,brown'],
  ['path, label, exploded list', `${label}, ${exploded}, ${list}`, colours, '/.blue.black.brown'],
  ['path, label, object', `${label}, ${object}`, rgb, '/.R,100,G,200'],
  ['path, label, exploded object', `${label}, ${exploded}, ${object}`, rgb, '/.R=100.G=200'],
  ['path, label, empty text', `${label}, ${text}`, '', null],
  ['path, label, a dot', `${label}, ${text}`, '.', null],
  ['path, matrix, text', `${matrix}, ${text}`, 'blue', '/;x=blue'],
  ['path, matrix, empty text', `${matrix}, ${text}`, '', '/;x'],
  ['path, matrix, list', `${matrix}, ${list}`, colours, '/;x=blue,black,brown'],
  ['path, matrix, exploded list', `${matrix}, ${exploded}, ${list}`, colours, '/;x=blue;x=black;x=brown'],
  ['path, matrix, object', `${matrix}, ${object}`, rgb, '/;x=R,100,G,200'],
  ['path, matrix, exploded object', `${matrix}, ${exploded}, ${object}`, rgb, '/;R=100;G=200'],
  ['path, matrix, a name of its own', `${matrix}, ${exploded}, ${free}`, { admin: 'true' }, null],
  ['path, JSON', `${path}, ${json}`, { a: '/' }, '/%7B%22a%22%3A%22%2F%22%7D'],
  ['query, form, text', `in: query, ${text}`, 'blue', '/?x=blue'],
  ['query, form, empty text', `in: query, ${text}`, '', '/?x='],
  ['query, form, reserved characters', `in: query, ${text}`, 'a&b=c d', '/?x=a%26b%3Dc%20d'],
  ['query, form, allowReserved', `in: query, allowReserved: true, ${text}`, '/a?b&c', '/?x=%2Fa%3Fb%26c'],
  ['query, form, list', `in: query, ${list}`, colours, '/?x=blue&x=black&x=brown'],
  ['query, form, list with nulls', `in: query, ${list}`, ['a', null, 'b'], '/?x=a&x=b'],
  ['query, form, empty list', `in: query, ${list}`, [], null],
  ['query, form, flat list', `in: query, explode: false, ${list}`, colours, '/?x=blue,black,brown'],
  ['query, form, flat list, comma in it', `in: query, explode: false, ${list}`, ['a,b', 'c'], '/?x=a%2Cb,c'],
  ['query, form, flat empty list', `in: query, explode: false, ${list}`, [], null],
  ['query, form, flat list of one empty text', `in: query, explode: false, ${list}`, [''], '/?x='],
  ['query, form, object', `in: query, ${object}`, rgb, '/?R=100&G=200'],
  ['query, form, a name of its own', `in: query, ${free}`, { admin: 'true' }, null],
  ['query, form, flat object', `in: query, explode: false, ${object}`, rgb, '/?x=R,100,G,200'],
  ['query, form, null', `in: query, ${text}`, null, '/'],
  ['query, spaceDelimited, list', `${space}, ${list}`, colours, '/?x=blue%20black%20brown'],
  ['query, spaceDelimited, object', `${space}, ${object}`, rgb, '/?x=R%20100%20G%20200'],
  ['query, spaceDelimited, a space in it', `${space}, ${list}`, ['a b'], null],
  ['query, spaceDelimited, empty list', `${space}, ${list}`, [], null],
  [
    'query, spaceDelimited, exploded',
    `in: query, style: spaceDelimited, ${exploded}, ${list}`,
    ['a', 'b c'],
    '/?x=a&x=b%20c',
  ],
  ['query, spaceDelimited, by default', `in: query, style: spaceDelimited, ${list}`, ['a', 'b'], '/?x=a%20b'],
  ['query, pipeDelimited, list', `${pipe}, ${list}`, colours, '/?x=blue%7Cblack%7Cbrown'],
  ['query, pipeDelimited, object', `${pipe}, ${object}`, rgb, '/?x=R%7C100%7CG%7C200'],
  ['query, pipeDelimited, a pipe in it', `${pipe}, ${list}`, ['a|b'], null],
  ['query, deepObject', `${deep}, ${object}`, rgb, '/?x%5BR%5D=100&x%5BG%5D=200'],
  ['query, deepObject, a name of its own', `${deep}, ${free}`, { 'a&b': 'c' }, '/?x%5Ba%26b%5D=c'],
  ['query, deepObject, brackets in a name', `${deep}, ${free}`, { 'a][b': 'c' }, null],
  [
    'query, deepObject, nested',
    `${deep}, ${free}`,
    { a: { b: ['c', 'd'] } },
    '/?x%5Ba%5D%5Bb%5D%5B0%5D=c&x%5Ba%5D%5Bb%5D%5B1%5D=d',
  ],
  ['query, deepObject, an empty list in it', `${deep}, ${free}`, { a: [] }, null],
  ['query, form, list of nulls', `in: query, ${list}`, [null], null],
  ['query, deepObject, empty', `${deep}, ${object}`, {}, '/'],
  ['query, JSON', `in: query, ${json}`, { a: ['&'] }, '/?x=%7B%22a%22%3A%5B%22%26%22%5D%7D'],
  [
    'query, plain text',
    'in: query, content: { text/plain: { schema: { type: string } } }',
    'a b',
    '/?x=a%20b',
  ],
  [
    'query, a style it can not have',
    `in: query, style: simple, explode: false, ${list}`,
    ['a', 'b'],
    '/?x=a,b',
  ],
  ['header, text', `in: header, ${text}`, 'blue, green', 'blue, green'],
  ['header, list', `in: header, ${list}`, colours, 'blue,black,brown'],
  ['header, a comma in a list', `in: header, ${list}`, ['a,b'], null],
  ['header, empty list', `in: header, ${list}`, [], null],
  ['header, object', `in: header, ${object}`, rgb, 'R,100,G,200'],
  ['header, exploded object', `in: header, ${exploded}, ${object}`, rgb, 'R=100,G=200'],
  ['header, JSON', `in: header, ${json}`, { a: 1 }, '{"a":1}'],
  ['cookie, text', `in: cookie, ${text}`, 'a;b=c', 'x=a%3Bb%3Dc'],
  ['cookie, list', `in: cookie, ${list}`, ['a', 'b'], 'x=a; x=b'],
  ['cookie, flat list', `in: cookie, explode: false, ${list}`, ['a', 'b'], 'x=a,b'],
  ['cookie, object', `in: cookie, ${object}`, rgb, 'R=100; G=200'],
  ['cookie, flat object', `in: cookie, explode: false, ${object}`, rgb, 'x=R,100,G,200'],
  ['cookie, a name of its own', `in: cookie, ${free}`, { session: 'theirs' }, null],
];

export const writtenParameters: readonly WrittenParameter[] = rows.map(
  ([sentence, given, value, expected], index) => ({ id: `P${index + 1}`, sentence, given, value, expected }),
);
