import { expect, test } from '@jest/globals';
import { compileRest, plain } from '../compiled-rest.ts';
import { json } from '../recording-service.ts';

/** Which of several types an answer is. */
interface MemberCase {
  readonly id: string;
  readonly sentence: string;
  /** `components.schemas`, of which `Thing` is what a list of is answered. */
  readonly given: string;
  readonly answers: readonly object[];
  readonly types: readonly (string | null)[];
}

const text = '{ type: string }';
const ref = (name: string) => `{ $ref: '#/components/schemas/${name}' }`;
const object = (properties: string, more = '') => `{ type: object, properties: { ${properties} } ${more}}`;
const kinds = `Message: ${object(`type: { const: message }, text: ${text}`)}
    Call: ${object(`type: { type: string, enum: [call] }, text: ${text}`)}
    Other: ${object(`type: { enum: [wait, sleep] }, text: ${text}`)}`;

const cases: readonly MemberCase[] = [
  {
    id: 'M1',
    sentence: 'objects of one shape are told by a constant, one value or one of several',
    given: `${kinds}
    Thing: { oneOf: [${ref('Message')}, ${ref('Call')}, ${ref('Other')}] }`,
    answers: [{ type: 'call', text: 'a' }, { type: 'message' }, { type: 'sleep' }],
    types: ['Call', 'Message', 'Other'],
  },
  {
    id: 'M2',
    sentence: 'anyOf does as oneOf where a constant tells its objects apart',
    given: `${kinds}
    Thing: { anyOf: [${ref('Message')}, ${ref('Call')}] }`,
    answers: [{ type: 'call' }, { type: 'message' }],
    types: ['Call', 'Message'],
  },
  {
    id: 'M3',
    sentence: 'a mapping tells what no constant does',
    given: `Cat: ${object(`kind: ${text}, name: ${text}`)}
    Dog: ${object(`kind: ${text}, name: ${text}`)}
    Thing: { oneOf: [${ref('Cat')}, ${ref('Dog')}], discriminator: { propertyName: kind, mapping: { meows: '#/components/schemas/Cat', barks: Dog } } }`,
    answers: [{ kind: 'barks' }, { kind: 'meows' }],
    types: ['Dog', 'Cat'],
  },
  {
    id: 'M4',
    sentence: 'without a mapping the name of the component does',
    given: `Cat: ${object(`kind: ${text}`)}
    Dog: ${object(`kind: ${text}`)}
    Thing: { oneOf: [${ref('Cat')}, ${ref('Dog')}], discriminator: { propertyName: kind } }`,
    answers: [{ kind: 'Dog' }, { kind: 'Cat' }],
    types: ['Dog', 'Cat'],
  },
  {
    id: 'M5',
    sentence: 'a value that no document names is told by its properties',
    given: `Cat: ${object(`kind: { const: cat }, lives: { type: integer }`)}
    Dog: ${object(`kind: { const: dog }, bark: ${text}`)}
    Thing: { oneOf: [${ref('Cat')}, ${ref('Dog')}] }`,
    answers: [{ kind: 'puppy', bark: 'x' }, { bark: 'y' }, { lives: 9 }],
    types: ['Dog', 'Dog', 'Cat'],
  },
  {
    id: 'M6',
    sentence: 'the constant counts for more than required properties and the number of known ones',
    given: `Cat: ${object(`kind: { const: cat }, a: ${text}`, ', required: [kind, a]')}
    Dog: ${object(`kind: { const: dog }, b: ${text}, c: ${text}`)}
    Thing: { oneOf: [${ref('Dog')}, ${ref('Cat')}] }`,
    answers: [
      { kind: 'cat', a: 'x', b: 'y', c: 'z' },
      { kind: 'dog', a: 'x' },
    ],
    types: ['Cat', 'Dog'],
  },
  {
    id: 'M7',
    sentence: 'a base is itself or what extends it, and so are those in turn',
    given: `Thing: ${object(`kind: ${text}, name: ${text}`, `, discriminator: { propertyName: kind, mapping: { thing: Thing, dog: Dog, puppy: Puppy } }`)}
    Dog: { allOf: [${ref('Thing')}, ${object(`bark: ${text}`)}], discriminator: { propertyName: kind, mapping: { dog: Dog, puppy: Puppy } } }
    Puppy: { allOf: [${ref('Dog')}, ${object(`age: { type: integer }`)}] }`,
    answers: [{ kind: 'puppy' }, { kind: 'dog' }, { kind: 'thing' }],
    types: ['Puppy', 'DogBase', 'ThingBase'],
  },
  {
    id: 'M8',
    sentence: 'what extends a base without a mapping is known by its name',
    given: `Thing: ${object(`kind: ${text}`, ', discriminator: { propertyName: kind }')}
    Dog: { allOf: [${ref('Thing')}, ${object(`bark: ${text}`)}] }`,
    answers: [{ kind: 'Dog' }, { kind: 'Thing' }],
    types: ['Dog', 'ThingBase'],
  },
];

async function compile(given: string) {
  return compileRest({
    document: `
paths:
  /things: { get: { operationId: things, responses: { '200': { content: { application/json: { schema: { type: array, items: ${ref('Thing')} } } } } } } }
components:
  schemas:
    ${given}`,
  });
}

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const rest = await compile(row.given);
  try {
    rest.service.answer = json(row.answers);
    const result = plain(await rest.run('{ things { __typename } }'));
    expect(result).toEqual({ data: { things: row.types.map((name) => ({ __typename: name })) } });
    expect(rest.subgraph.warnings).toEqual([]);
  } finally {
    await rest.close();
  }
});

test('the fields of a base can be asked for without a fragment', async () => {
  const rest = await compile(cases.find(({ id }) => id === 'M7')?.given ?? '');
  try {
    rest.service.answer = json([{ kind: 'puppy', name: 'Rex', bark: 'wuff', age: 1 }]);
    const result = plain(await rest.run('{ things { kind name ... on Puppy { bark age } } }'));
    expect(result).toEqual({ data: { things: [{ kind: 'puppy', name: 'Rex', bark: 'wuff', age: 1 }] } });
  } finally {
    await rest.close();
  }
});

test('an answer of several types that is a text is one error, not the whole list', async () => {
  const rest = await compile(cases[0]?.given ?? '');
  try {
    rest.service.answer = json(['text', { type: 'call' }]);
    const { data, errors } = plain(await rest.run('{ things { __typename } }'));
    expect(data).toEqual({ things: [null, { __typename: 'Call' }] });
    expect(errors).toHaveLength(1);
  } finally {
    await rest.close();
  }
});
