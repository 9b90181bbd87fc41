import { buildSchema } from 'graphql';
import { compileRepresentation } from '../../../gateway/execution/representation.ts';
import type { PlanSelection } from '../../../gateway/execution/plan.ts';

const names = ['usual', 'constructor', 'toString', 'hasOwnProperty'] as const;

/** A field as a subgraph may name it, required alone or beside an object. */
const forms: readonly { form: string; more: PlanSelection[] }[] = [
  { form: 'flat', more: [] },
  {
    form: 'nested',
    more: [{ kind: 'Field', name: 'maker', selections: [{ kind: 'Field', name: 'id' }] }],
  },
];
const cases = forms.flatMap((form) => names.map((name) => ({ ...form, name })));

it.each(cases)('an object without its required field $name is not represented ($form)', ({ name, more }) => {
  const schema = buildSchema(`type Query { pet: Pet } type Pet { ${name}: ID maker: Pet id: ID }`);
  const selections: PlanSelection[] = [
    { kind: 'Field', name: '__typename' },
    { kind: 'Field', name },
    ...more,
  ];
  const representation = compileRepresentation(schema, [
    { kind: 'InlineFragment', typeCondition: 'Pet', selections },
  ])('Pet');
  const maker = more.length > 0 ? { maker: { id: 'm' } } : {};
  // Until it is compiled.
  for (let count = 0; count < 60; count++) {
    const lacking = { __typename: 'Pet', ...maker };
    const { represent, keyOf } = representation;
    expect(represent(lacking)).toBeNull();
    expect(represent({ ...lacking, [name]: 'a' })).toEqual({ ...lacking, [name]: 'a' });
    // Objects are told apart by it before they are represented.
    if (keyOf) expect(keyOf(lacking)).toBeUndefined();
  }
});
