import { pascalCase } from 'change-case';
import {
  Kind,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { wireName } from '../annotations.ts';
import { namedTypeOf } from '../schema-document.ts';

/** An object or input type as one of several that a schema may have become. */
export interface MemberShape {
  name: string;
  /** What the wire calls each field, to the field. */
  fields: ReadonlyMap<string, string>;
  interfaces: ReadonlySet<string>;
}

/** All object and input types by name. */
export function memberShapes(document: DocumentNode): ReadonlyMap<string, MemberShape> {
  const shapes = new Map<string, MemberShape>();
  for (const node of document.definitions) {
    const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION;
    if (!isObject && node.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) continue;
    shapes.set(node.name.value, {
      name: node.name.value,
      fields: new Map((node.fields ?? []).map((field) => [wireName(field), field.name.value])),
      interfaces: new Set(isObject ? node.interfaces?.map((one) => one.name.value) : []),
    });
  }
  return shapes;
}

/** A schema that became one of several types. */
export interface Alternative {
  properties: Iterable<string>;
  /** What it was called for Mesh, where it has a name. */
  name: string | undefined;
}

/**
 * The type that a schema became: the one that lacks the fewest of its properties; of several the one that is called
 * like it, then one that no other schema became, then the one with the fewest others.
 */
export function bestMember(
  { properties, name }: Alternative,
  candidates: readonly MemberShape[],
  taken: ReadonlySet<MemberShape>,
): MemberShape | undefined {
  const wanted = [...properties];
  const ending = pascalCase(name ?? '');
  let best: { shape: MemberShape; rank: readonly number[] } | undefined;
  for (const shape of candidates) {
    const missing = wanted.filter((property) => !shape.fields.has(property)).length;
    const isNamesake = ending !== '' && pascalCase(shape.name.replace(/_?Input$/, '')).endsWith(ending);
    const rank = [missing, isNamesake ? 0 : 1, taken.has(shape) ? 1 : 0, shape.fields.size];
    if (!best || isLess(rank, best.rank)) best = { shape, rank };
  }
  return best?.shape;
}

/** Compares by the first number that differs. */
export function isLess(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}

/** The types that stand for one alternative each in a `@oneOf` input, with the type of the field. */
export function choicesOf(
  definitions: ReadonlyMap<string, TypeDefinitionNode>,
  name: string,
  found = new Map<string, TypeNode>(),
): ReadonlyMap<string, TypeNode> {
  const definition = definitions.get(name);
  if (definition?.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return found;
  for (const { type } of definition.fields ?? []) {
    const target = namedTypeOf(type);
    if (found.has(target)) continue;
    found.set(target, type);
    if (isChoice(definitions.get(target))) choicesOf(definitions, target, found);
  }
  return found;
}

export function isChoice(definition: TypeDefinitionNode | undefined): boolean {
  return definition?.directives?.some((directive) => directive.name.value === 'oneOf') ?? false;
}

export function fieldsByWire(
  definition: TypeDefinitionNode,
): ReadonlyMap<string, FieldDefinitionNode | InputValueDefinitionNode> {
  const fields = 'fields' in definition ? (definition.fields ?? []) : [];
  return new Map(fields.map((field) => [wireName(field), field]));
}
