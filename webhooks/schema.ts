import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { SchemaViolation } from './problem.ts';
import { toJsonSchema2020 } from './schema-dialect.ts';
import type { JsonSchemaObject } from './source.ts';

/** Most violations that one answer lists, and most characters of each path. */
export const [violationsMax, violationPathMax] = [10, 200];

/** Gives the violations of a payload; none when it is valid. */
export type PayloadValidator = (json: unknown) => readonly SchemaViolation[];

/**
 * Compiles a payload schema. Formats of ajv-formats are asserted, unknown formats and keywords are ignored, so are
 * `readOnly`, `writeOnly` and `discriminator`. Validation stops at the first violation outside of `anyOf`/`oneOf`:
 * a good signature does not entitle a sender to unbounded work.
 *
 * @throws Error when the schema can't be compiled, for example because a `$ref` leads nowhere.
 */
export function compilePayloadSchema(schema: JsonSchemaObject, dialect: '3.0' | '3.1'): PayloadValidator {
  // One instance per schema: ajv keeps the `$id`s that it has seen, and two events may hold the same components.
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    ownProperties: true,
    logger: false,
    code: { regExp: Object.assign(lenientRegExp, { code: 'lenientRegExp' }) },
  });
  addFormats.default(ajv);
  replaceUniqueItems(ajv);
  const validate = ajv.compile(toJsonSchema2020(schema, dialect));
  return (json) => {
    if (validate(json)) return [];
    return (validate.errors ?? []).slice(0, violationsMax).map(({ instancePath, message }) => ({
      path: instancePath.slice(0, violationPathMax).toWellFormed(),
      message: message ?? 'is not valid',
    }));
  };
}

/** JSON Schema wants Unicode patterns; documents written for other engines hold escapes that only the older mode takes. */
function lenientRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

/** ajv compares every pair of items: a body of 1 MB would take minutes. This sorts keys and looks each item up. */
function replaceUniqueItems(ajv: Ajv2020): void {
  ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    validate: (isUnique: boolean, items: readonly unknown[]) =>
      !isUnique || new Set(items.map(canonicalText)).size === items.length,
  });
}

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
