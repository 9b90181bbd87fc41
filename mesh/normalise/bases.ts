import { pointerTo, type JsonObject, type OpenApiDocument } from '../document/openapi-document.ts';
import { subtypesOf, type Subtypes } from './subtypes.ts';

/**
 * Makes a choice of its subtypes of every component that a discriminator makes a base of others: where the base is
 * referred to, any of them may stand. Mesh's own interfaces can not be the base itself, take nothing but the base in
 * requests, and fail where subtypes are bases too (TMF622). An interface is made of the choice in base-interfaces.ts.
 * Comes after compositions are joined, with what was read before.
 * @returns names of the components that were made a choice
 */
export function splitBases(
  document: OpenApiDocument,
  bases: ReadonlyMap<string, Subtypes>,
): readonly string[] {
  const schemas = (document.components?.['schemas'] ?? {}) as Record<string, JsonObject>;
  const choices = new Map([...bases].map(([name, subtypes]) => [name, leavesOf(name, subtypes, bases)]));
  const selves = new Map<string, string>();
  for (const [name, leaves] of choices) {
    const schema = schemas[name];
    if (!schema || ![...choices.values()].some((others) => others.has(name))) continue;
    if (!leaves.has(name)) continue;
    let self = `${name}Base`;
    while (Object.hasOwn(schemas, self)) self += '_';
    schemas[self] = { ...schema };
    selves.set(name, self);
  }
  for (const [name, leaves] of choices) {
    const schema = schemas[name];
    if (!schema) continue;
    const { description, nullable } = schema;
    for (const keyword of Object.keys(schema)) delete schema[keyword];
    if (description !== undefined) schema['description'] = description;
    if (nullable !== undefined) schema['nullable'] = nullable;
    schema['oneOf'] = [...leaves].map((leaf) => ({
      $ref: `#${pointerTo('components', 'schemas', selves.get(leaf) ?? leaf)}`,
    }));
  }
  return [...choices.keys()];
}

/** Every component of a discriminator's property and subtypes besides itself, with those subtypes. */
export function findBases(document: OpenApiDocument): ReadonlyMap<string, Subtypes> {
  const bases = new Map<string, Subtypes>();
  for (const name of Object.keys(document.components?.['schemas'] ?? {})) {
    const subtypes = subtypesOf(document, name);
    if (subtypes) bases.set(name, subtypes);
  }
  return bases;
}

/** What a base may be, where subtypes are bases themselves what those may be. */
function leavesOf(
  name: string,
  subtypes: Subtypes,
  bases: ReadonlyMap<string, Subtypes>,
  seen = new Set<string>(),
): ReadonlySet<string> {
  seen.add(name);
  const leaves = new Set<string>();
  for (const subtype of subtypes.values()) {
    const own = bases.get(subtype);
    if (!own || subtype === name) leaves.add(subtype);
    else if (!seen.has(subtype)) for (const leaf of leavesOf(subtype, own, bases, seen)) leaves.add(leaf);
  }
  return leaves;
}
