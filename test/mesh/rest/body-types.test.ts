import { printType } from 'graphql';
import { compileRest, plain, type CompiledRest } from '../compiled-rest.ts';
import { json } from '../recording-service.ts';

/** An operation of the table: its body below `requestBody`, and what it answers. */
const operation = (id: string, body: string, answer = '{ type: string }') => `
  /${id}:
    post:
      operationId: ${id}
      requestBody: { ${body} }
      responses: { '200': { content: { application/json: { schema: ${answer} } } } }`;
const jsonOf = (schema: string) => `content: { application/json: { schema: ${schema} } }`;
const ref = (name: string) => `{ $ref: '#/components/schemas/${name}' }`;
const thing = '{ type: object, properties: { a: { type: string } } }';

const document = `
paths:${[
  operation('demanded', `required: true, ${jsonOf(thing)}`),
  operation('optional', jsonOf(thing)),
  operation('told', jsonOf(thing), `{ oneOf: [${ref('Card')}, { type: string }] }`),
  operation(
    'told_any',
    jsonOf(thing),
    `{ type: object, properties: { it: { anyOf: [${ref('Card')}, { type: string }] } } }`,
  ),
  operation(
    'demanded_null',
    `required: true, ${jsonOf(`{ type: [object, 'null'], properties: { a: { type: string } } }`)}`,
  ),
  operation('order', `required: true, ${jsonOf(ref('Order'))}`, ref('Order')),
  operation('pay', `required: true, ${jsonOf(ref('Method'))}`),
  operation('pay_all', `required: true, ${jsonOf(`{ type: array, items: ${ref('Method')} }`)}`),
  operation('tell', `required: true, ${jsonOf(`{ oneOf: [${ref('Card')}, { type: string }] }`)}`),
  operation(
    'either',
    `required: true, ${jsonOf('{ oneOf: [{ type: string }, { type: array, items: { type: string } }] }')}`,
  ),
  operation('open', `required: true, ${jsonOf(ref('Open'))}`, ref('Open')),
  operation(
    'map',
    `required: true, ${jsonOf(`{ type: object, additionalProperties: ${ref('Card')} }`)}`,
    `{ type: object, additionalProperties: ${ref('Card')} }`,
  ),
  operation(
    'form',
    `required: true, content: { application/x-www-form-urlencoded: { schema: ${ref('Mixed')}, encoding: { in-side: { style: deepObject } } } }`,
  ),
  operation('parts', `required: true, content: { multipart/form-data: { schema: ${ref('Mixed')} } }`),
  operation(
    'patch',
    `required: true, content: { application/merge-patch+json: { schema: ${ref('Mixed')} } }`,
  ),
  operation('upload', `required: true, content: { image/png: {} }`, '{ type: string }'),
].join('')}
  /picture: { get: { operationId: picture, responses: { '200': { content: { image/png: {} } } } } }
components:
  schemas:
    Id: { type: string, readOnly: true }
    Order:
      type: object
      required: [id, customer, secret, audit]
      properties:
        id: ${ref('Id')}
        customer: { type: string }
        secret: { type: string, writeOnly: true }
        audit: { readOnly: true, type: object, properties: { by: { type: string } } }
        lines: { type: array, items: { type: object, required: [no], properties: { no: { type: integer, readOnly: true }, sku: { type: string } } } }
        seen: { type: object, properties: { at: { type: string, readOnly: true } } }
    Card: { type: object, required: [type, no], properties: { type: { const: card }, no: { type: string } } }
    Bank: { type: object, required: [type, iban], properties: { type: { type: string }, iban: { type: string } } }
    Method:
      oneOf: [${ref('Card')}, ${ref('Bank')}]
      discriminator: { propertyName: type, mapping: { transfer: '#/components/schemas/Bank' } }
    Open: { type: object, properties: { a-b: { type: string } }, additionalProperties: ${ref('Card')} }
    Mixed:
      type: object
      properties:
        first_name: { type: string, default: nobody }
        some-states: { type: array, items: { type: string, enum: [in-progress, done] } }
        in-side: { type: object, properties: { a-b: { type: string } } }
        big_number: { type: integer, format: int64 }
        made_at: { type: string, format: date-time }`;

let rest: CompiledRest;
beforeAll(async () => {
  rest = await compileRest({ document, config: 'operations: { rename: { told: told, told_any: toldAny } }' });
});
afterAll(() => rest.close());
beforeEach(() => {
  rest.service.requests.length = 0;
  rest.service.answer = json('ok');
});

const typeOf = (name: string) => {
  const type = rest.subgraph.schema.getType(name);
  return type ? printType(type).replaceAll(/"""[^"]*"""\n/g, '') : undefined;
};
const argumentOf = (field: string) =>
  String(rest.subgraph.schema.getMutationType()?.getFields()[field]?.args[0]?.type);

describe('whether an input has to be given', () => {
  test.each([
    ['a body that is required', 'demanded', 'DemandedRequestInput!'],
    ['one that is not', 'optional', 'OptionalRequestInput'],
    ['one that is required and may be null', 'demandedNull', 'DemandedNullRequestInput'],
    ['a file', 'upload', 'Upload!'],
  ])('%s', (_sentence, field, expected) => {
    expect(argumentOf(field)).toBe(expected);
  });
});

interface SentCase {
  readonly id: string;
  readonly given: string;
  /** The body that the service receives. */
  readonly sent: string;
}

const mixed =
  'input: { firstName: "é", someStates: [IN_PROGRESS, DONE], inSide: { aB: "x" }, bigNumber: "9007199254740993", madeAt: "2026-01-02T03:04:05.678+01:00" }';

const sentCases: readonly SentCase[] = [
  { id: 'no input, no body', given: 'optional', sent: '' },
  { id: 'null where the schema has none, no body', given: 'optional(input: null)', sent: '' },
  { id: 'null where the schema has it', given: 'demandedNull(input: null)', sent: 'null' },
  { id: 'the same left out', given: 'demandedNull', sent: 'null' },
  {
    id: 'an object without what the service makes',
    given: 'order(input: { customer: "c", secret: "s", lines: [{ sku: "k" }] }) { customer }',
    sent: '{"customer":"c","secret":"s","lines":[{"sku":"k"}]}',
  },
  {
    id: 'one of several, with its constant',
    given: 'pay(input: { card: { no: "1" } })',
    sent: '{"type":"card","no":"1"}',
  },
  {
    id: 'one of several, with what the mapping calls it',
    given: 'pay(input: { bank: { iban: "2" } })',
    sent: '{"type":"transfer","iban":"2"}',
  },
  {
    id: 'one of several that says it itself',
    given: 'pay(input: { bank: { iban: "2", type: "sepa" } })',
    sent: '{"type":"sepa","iban":"2"}',
  },
  {
    id: 'a list of several',
    given: 'payAll(input: [{ card: { no: "1" } }, { bank: { iban: "2" } }])',
    sent: '[{"type":"card","no":"1"},{"type":"transfer","iban":"2"}]',
  },
  {
    id: 'an object of an object and a text',
    given: 'tell(input: { card: { no: "1" } })',
    sent: '{"type":"card","no":"1"}',
  },
  { id: 'the text of an object and a text', given: 'tell(input: { string: "hi" })', sent: '"hi"' },
  { id: 'one or a list: one', given: 'either(input: "a")', sent: '"a"' },
  { id: 'one or a list: a list', given: 'either(input: ["a"])', sent: '["a"]' },
  {
    id: 'other properties',
    given: 'open(input: { aB: "1", additionalProperties: { x: { type: "card" } } }) { aB }',
    sent: '{"a-b":"1","x":{"type":"card"}}',
  },
  { id: 'a map', given: 'map(input: { any: { no: "1" } })', sent: '{"any":{"no":"1"}}' },
  {
    id: 'names of the wire in a form',
    given: `form(${mixed})`,
    sent: 'first_name=%C3%A9&some-states=in-progress&some-states=done&in-side%5Ba-b%5D=x&big_number=9007199254740993&made_at=2026-01-02T03%3A04%3A05.678%2B01%3A00',
  },
  {
    id: 'a patch: what is not there stays out, null is null',
    given: 'patch(input: { firstName: null, inSide: {} })',
    sent: '{"first_name":null,"in-side":{}}',
  },
  {
    id: 'a patch: dates and digits as they come',
    given: `patch(${mixed})`,
    sent: '{"first_name":"é","some-states":["in-progress","done"],"in-side":{"a-b":"x"},"big_number":9007199254740993,"made_at":"2026-01-02T03:04:05.678+01:00"}',
  },
];

describe('what the service receives', () => {
  test.each(sentCases)('$id', async ({ given, sent }) => {
    rest.service.answer = json(given.endsWith('}') ? {} : 'ok');
    const result = plain(await rest.run(`mutation { ${given} }`));
    const errors = result.errors?.filter(({ message }) => !message.startsWith('Cannot return null'));
    expect(errors ?? []).toEqual([]);
    expect(rest.service.requests.map(({ body }) => body)).toEqual([sent]);
  });

  test('names of the wire in parts', async () => {
    await rest.run(`mutation { parts(${mixed}) }`);
    const names = rest.service.requests[0]?.body.match(/name="[^"]*"/g);
    expect(names).toEqual(
      ['first_name', 'some-states', 'some-states', 'in-side', 'big_number', 'made_at'].map(
        (name) => `name="${name}"`,
      ),
    );
  });
});

describe('refused before the service is asked', () => {
  test.each([
    ['none of several', 'pay(input: {})', 'MethodInput takes exactly one of card, bank'],
    [
      'two of several',
      'pay(input: { card: { no: "1" }, bank: { iban: "2" } })',
      'MethodInput takes exactly one of card, bank',
    ],
    ['null of several', 'pay(input: { card: null })', 'MethodInput takes exactly one of card, bank'],
    [
      'two of several in a list',
      'payAll(input: [{ card: { no: "1" }, bank: { iban: "2" } }])',
      'MethodInput takes exactly one of card, bank',
    ],
    [
      'other properties that are a list',
      'open(input: { additionalProperties: [1] }) { aB }',
      'OpenInput: other properties are given as an object',
    ],
  ])('%s', async (_sentence, given, message) => {
    const { errors } = plain(await rest.run(`mutation { ${given} }`));
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(rest.service.requests).toEqual([]);
  });

  test('another property that has a field of its own', async () => {
    const input = { additionalProperties: { 'a-b': 1 } };
    const { errors } = plain(
      await rest.run('mutation ($input: OpenInput!) { open(input: $input) { aB } }', { input }),
    );
    expect(errors).toMatchObject([
      { message: 'OpenInput: "a-b" is the field aB', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(rest.service.requests).toEqual([]);
  });
});

describe('properties that go one way', () => {
  test('readOnly ones are not in inputs, writeOnly ones not in answers', () => {
    expect(typeOf('Order')).toBe(
      'type Order {\n  id: String!\n  customer: String!\n  audit: OrderAudit!\n  lines: [OrderLinesItem!]\n  seen: OrderSeen\n}',
    );
    expect(typeOf('OrderInput')).toBe(
      'input OrderInput {\n  customer: String!\n  secret: String!\n  lines: [OrderLinesItemInput!]\n  seen: JSON\n}',
    );
    expect(typeOf('OrderLinesItem')).toContain('no: Int!');
    expect(typeOf('OrderLinesItemInput')).not.toContain('no:');
  });
});

describe('what a service answers', () => {
  test('properties that the document does not name are in a field of their own', async () => {
    rest.service.answer = json({ 'a-b': '1', x: { no: 1 }, constructor: 2 });
    const query = 'mutation { open(input: {}) { aB additionalProperties } }';
    expect(plain(await rest.run(query))).toEqual({
      data: { open: { aB: '1', additionalProperties: { x: { no: 1 }, constructor: 2 } } },
    });
    rest.service.answer = json({ 'a-b': '1' });
    expect(plain(await rest.run(query))).toEqual({ data: { open: { aB: '1', additionalProperties: null } } });
  });

  test.each([{ type: 'card', no: '1' }, 'hi'])('a scalar or an object is JSON: %j', async (answer) => {
    rest.service.answer = json(answer);
    expect(plain(await rest.run('mutation { told }'))).toEqual({ data: { told: answer } });
    rest.service.answer = json({ it: answer });
    expect(plain(await rest.run('mutation { toldAny { it } }'))).toEqual({
      data: { toldAny: { it: answer } },
    });
  });

  test('bytes are base64', async () => {
    expect(String(rest.subgraph.schema.getQueryType()?.getFields()['picture']?.type)).toBe('Byte');
    rest.service.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from([0, 255]));
    };
    expect(plain(await rest.run('{ picture }'))).toEqual({ data: { picture: 'AP8=' } });
  });
});
