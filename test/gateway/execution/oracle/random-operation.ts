import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isRequiredArgument,
  isUnionType,
  GraphQLBoolean,
  GraphQLNonNull,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import type { Choices } from './choices.ts';
import { createInputDraft, type ScalarValues } from './random-input.ts';

/** An operation as a client sends it. */
export interface RandomOperation {
  query: string;
  variables: Record<string, unknown>;
}

export interface RandomOperationOptions {
  /** The schema that clients see. */
  schema: GraphQLSchema;
  choices: Choices;
  /** Which fields may be asked for. @default all */
  isAsked?: (field: string) => boolean;
  /** What scalars are tried with, beside what is known of those of GraphQL. */
  values?: ScalarValues;
}

/** Response names that clients may choose, and that objects of JavaScript, promises or plans know otherwise. */
const hostileNames = [
  'a',
  'b',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'then',
  'valueOf',
  'length',
  '_entities',
  'representations',
  'title',
  'stars',
  '__schema',
];

/** Deepest nesting of selections, and most selections of one operation. */
const depthMax = 6;
const selectionsMax = 45;

/**
 * Makes up an operation by walking a schema. Under one response name there is always the same field with the same
 * arguments, as validation demands; a few are refused all the same, and whoever calls validates.
 */
export function randomOperation({
  schema,
  choices,
  isAsked = () => true,
  values = {},
}: RandomOperationOptions): RandomOperation {
  const input = createInputDraft(choices, values);
  /** Response name to the field that has it, with arguments and type. */
  const names = new Map<string, string>();
  const fragments: { name: string; type: GraphQLCompositeType; text: string }[] = [];
  let selectionsLeft = selectionsMax;

  const condition = (): string => {
    if (!choices.chance(12)) return '';
    const directive = choices.of(['include', 'skip']);
    const form = choices.below(3);
    if (form === 0) return ` @${directive}(if: ${choices.of([directive === 'include', true, false])})`;
    const both = form === 2 && choices.chance(30) ? ` @skip(if: false)` : '';
    const value = input.variable(new GraphQLNonNull(GraphQLBoolean), false);
    return ` @${directive}(if: ${value})${directive === 'include' ? both : ''}`;
  };

  const argumentsOf = (field: GraphQLField<unknown, unknown>): string => {
    const given = field.args.filter((argument) => isRequiredArgument(argument) || choices.chance(50));
    if (given.length === 0) return '';
    const texts = given.map(
      ({ name, type, defaultValue }) => `${name}: ${input.argument(type, defaultValue !== undefined)}`,
    );
    return `(${texts.join(', ')})`;
  };

  const responseName = (field: string, signature: string): string => {
    const wanted = choices.chance(25) ? choices.of(hostileNames) : field;
    const isFree = (names.get(wanted) ?? signature) === signature;
    const name = isFree ? wanted : `${field}_${names.size}`;
    names.set(name, signature);
    return name;
  };

  /** A field as it is asked for, without its own selections. */
  const head = (field: GraphQLField<unknown, unknown>): string => {
    const call = field.name + argumentsOf(field);
    const name = responseName(field.name, `${call}: ${String(field.type)}`);
    return name === field.name ? call : `${name}: ${call}`;
  };

  const typename = (): string => {
    const name = choices.chance(20) ? responseName('__typename', '__typename') : '__typename';
    return name === '__typename' ? name : `${name}: __typename`;
  };

  const whole = (call: string, field: GraphQLField<unknown, unknown>, depth: number): string => {
    const type = getNamedType(field.type);
    const selections = isCompositeType(type) ? ` ${selectionSet(type, depth + 1)}` : '';
    return call + condition() + selections;
  };

  const fieldsOf = (type: GraphQLCompositeType, depth: number): GraphQLField<unknown, unknown>[] => {
    if (isUnionType(type)) return [];
    const fields = Object.values(type.getFields()).filter(({ name }) => isAsked(name));
    const isLast = depth >= depthMax || selectionsLeft <= 0;
    return isLast ? fields.filter((field) => isLeafType(getNamedType(field.type))) : fields;
  };

  const selection = (type: GraphQLCompositeType, depth: number, heads: Head[]): string => {
    selectionsLeft--;
    const form = choices.below(10);
    const canNest = depth < depthMax && selectionsLeft > 0;
    if (form >= 8 && canNest) return spread(type, depth);
    if (form >= 6 && canNest) return inlineFragment(type, depth);
    const fields = fieldsOf(type, depth);
    if (fields.length === 0 || choices.chance(8)) return typename() + condition();
    const again = heads.length > 0 && choices.chance(12) ? choices.of(heads) : undefined;
    if (again) return whole(again.call, again.field, depth);
    const field = choices.of(fields);
    const call = head(field);
    heads.push({ call, field });
    return whole(call, field, depth);
  };

  const selectionSet = (type: GraphQLCompositeType, depth: number): string => {
    const heads: Head[] = [];
    const count = 1 + choices.below(depth === 0 ? 3 : 5);
    const texts = Array.from({ length: count }, () => selection(type, depth, heads));
    return `{ ${texts.join(' ')} }`;
  };

  /** Types that objects of a type may have, or be seen as. */
  const conditionsOn = (type: GraphQLCompositeType): GraphQLCompositeType[] => {
    const possible = possibleTypes(schema, type);
    return Object.values(schema.getTypeMap()).filter(
      (other): other is GraphQLCompositeType =>
        isCompositeType(other) &&
        !other.name.startsWith('__') &&
        possibleTypes(schema, other).some((each) => possible.includes(each)),
    );
  };

  const inlineFragment = (type: GraphQLCompositeType, depth: number): string => {
    if (choices.chance(15)) return `...${condition()} ${selectionSet(type, depth + 1)}`;
    const on = choices.of(conditionsOn(type));
    return `... on ${on.name}${condition()} ${selectionSet(on, depth + 1)}`;
  };

  const spread = (type: GraphQLCompositeType, depth: number): string => {
    const types = conditionsOn(type);
    const known = fragments.filter((fragment) => types.includes(fragment.type));
    if (known.length > 0 && choices.chance(50)) return `...${choices.of(known).name}${condition()}`;
    const on = choices.of(types);
    const text = selectionSet(on, depth + 1);
    const name = `F${fragments.length}`;
    fragments.push({ name, type: on, text: `fragment ${name} on ${on.name} ${text}` });
    return `...${name}${condition()}`;
  };

  const mutation = schema.getMutationType();
  const mayMutate = Object.keys(mutation?.getFields() ?? {}).some(isAsked);
  const isMutation = mutation && mayMutate && choices.chance(15);
  const root = isMutation ? mutation : schema.getQueryType();
  if (!root) throw new Error('the schema has no queries');
  const selections = selectionSet(root, 0);
  const declared = input.variables.map(({ name, declaration }) => `$${name}: ${declaration}`);
  const variables = declared.length > 0 ? ` (${declared.join(', ')})` : '';
  const given = input.variables.filter(({ value }) => value !== undefined);
  return {
    query: [
      `${isMutation ? 'mutation' : 'query'}${variables} ${selections}`,
      ...fragments.map(({ text }) => text),
    ].join('\n'),
    variables: Object.fromEntries(given.map(({ name, value }) => [name, value])),
  };
}

interface Head {
  call: string;
  field: GraphQLField<unknown, unknown>;
}

function possibleTypes(schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
}
