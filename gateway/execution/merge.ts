/** A part of a response, by response names. */
export type Data = Record<string, unknown>;

/**
 * An empty part of a response. It has no prototype: clients choose the names in it, `__proto__` among them.
 */
export function createData(): Data {
  return Object.create(null) as Data;
}

/**
 * Merges an answer into the response, in place: objects field by field, lists item by item, the rest replaced. Nothing
 * is copied: an answer that goes to several places is shared by them. They are places of one fetch, so that whatever is
 * fetched for one of them later is fetched for all.
 */
export function mergeInto(target: Data, source: Readonly<Data>): void {
  for (const key in source) {
    const value = source[key];
    const existing = target[key];
    if (existing === undefined || typeof existing !== 'object' || existing === null)
      setField(target, key, value);
    else if (value !== undefined) setField(target, key, merged(existing, value));
  }
}

function merged(existing: object, value: unknown): unknown {
  if (existing === value) return existing;
  if (Array.isArray(existing) && Array.isArray(value))
    return value.map((item, index) => mergedItem(existing[index], item));
  if (Array.isArray(existing) || !isData(value)) return value;
  mergeInto(existing as Data, value);
  return existing;
}

function mergedItem(existing: unknown, value: unknown): unknown {
  return typeof existing === 'object' && existing !== null ? merged(existing, value) : value;
}

/** `__proto__` is a name like any other. */
function setField(target: Data, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
