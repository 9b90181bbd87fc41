/** A part of a response, by response names. */
export type Data = Record<string, unknown>;

/**
 * An empty part of a response. It has no prototype: clients choose the names in it, `__proto__` among them.
 */
export function createData(): Data {
  return Object.create(null) as Data;
}

/** Merges an answer into the response, in place: objects field by field, lists item by item, the rest replaced. */
export function mergeInto(target: Data, source: Readonly<Data>): void {
  for (const [key, value] of Object.entries(source)) {
    const existing = target[key];
    target[key] = existing === undefined ? copyOf(value) : merged(existing, value);
  }
}

function merged(existing: unknown, value: unknown): unknown {
  if (Array.isArray(existing) && Array.isArray(value)) {
    return value.map((item, index) =>
      existing[index] === undefined ? copyOf(item) : merged(existing[index], item),
    );
  }
  if (!isData(existing) || !isData(value)) return value === undefined ? existing : copyOf(value);
  mergeInto(existing, value);
  return existing;
}

/** One answer can be merged into several places, which later fetches extend on their own. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isData(value)) return value;
  const copy = createData();
  for (const [key, item] of Object.entries(value)) copy[key] = copyOf(item);
  return copy;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
