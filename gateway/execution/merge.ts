import { generateFunction, type ShowMade } from './generated-code.ts';

/** A part of a response, by response names. */
export type Data = Record<string, unknown>;

/**
 * An empty part of a response. It has no prototype: clients choose the names in it, `__proto__` among them.
 */
export function createData(): Data {
  return Object.create(null) as Data;
}

/** The value of a field. Clients may call one `__proto__`, which every object seems to have. */
export function fieldIn(data: Readonly<Data>, name: string | number): unknown {
  return name === '__proto__' && !Object.hasOwn(data, name) ? undefined : data[name];
}

/** Merges an answer into an object of the response, in place. */
export type Merge = (target: Data, source: Readonly<Data>) => void;

/**
 * Merges field by field: objects likewise, lists item by item, the rest replaced. Nothing is copied: an answer that goes
 * to several places is shared by them. They are places of one fetch, so that whatever is fetched for one of them later
 * is fetched for all.
 */
export const mergeInto: Merge = (target, source) => {
  for (const key in source) setField(target, key, mergedValue(fieldIn(target, key), source[key]));
};

/**
 * Compiles `mergeInto` for answers with these fields at most, written out as JavaScript: what an object has of a field is
 * then found at once.
 */
export function compileMerge(names: readonly string[], show?: ShowMade): Merge {
  if (names.includes('__proto__')) return mergeInto;
  const statements = names.flatMap((name) => {
    const field = JSON.stringify(name);
    return [
      `value = source[${field}];`,
      `if (value !== undefined) target[${field}] = target[${field}] === undefined ? value : mergedValue(target[${field}], value);`,
    ];
  });
  const body = `return (target, source) => {\nlet value;\n${statements.join('\n')}\n};`;
  const make = generateFunction({ what: 'Merge of entities', parameters: ['mergedValue'], body }, show);
  return (make as (merge: typeof mergedValue) => Merge)(mergedValue);
}

function mergedValue(existing: unknown, value: unknown): unknown {
  if (typeof existing !== 'object' || existing === null || existing === value) return value;
  if (value === undefined) return existing;
  if (Array.isArray(existing)) {
    return Array.isArray(value) ? value.map((item, index) => mergedValue(existing[index], item)) : value;
  }
  if (!isData(value)) return value;
  mergeInto(existing as Data, value);
  return existing;
}

/** Sets a field. `__proto__` is a name like any other. */
export function setField(target: Data, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
