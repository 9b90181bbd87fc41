import { Ajv2020 } from 'ajv/dist/2020.js';
import { addLinearFormats } from './schema-formats.ts';
import { type LinearPattern, compileLinearPattern } from './linear-pattern.ts';
import type { SchemaViolation } from './problem.ts';
import { escaped, isRecord, mapSchemas, toJsonSchema2020 } from './schema-dialect.ts';
import type { JsonSchemaObject } from './source.ts';
import {
  type WorkMeter,
  ValidationWorkError,
  addWorkKeywords,
  createWorkMeter,
  metered,
  validationStepsMax,
} from './validation-work.ts';

/** Most violations that one answer lists, and most characters of each path. */
export const [violationsMax, violationPathMax] = [10, 200];

export interface CompiledPayloadSchema {
  /**
   * Gives the violations of a payload; none when it is valid.
   * @param stepsMax most work that it may take @default validationStepsMax
   */
  readonly validate: (json: unknown, stepsMax?: number) => readonly SchemaViolation[];
  /** Where in the schema a pattern stands that is not enforced, as RFC 6901 pointers. */
  readonly unenforced: readonly string[];
}

/**
 * Compiles a payload schema. Linear formats of ajv-formats are asserted, unknown formats and keywords are ignored, so
 * are `readOnly`, `writeOnly` and `discriminator`. A good signature does not entitle a sender to unbounded work:
 * validation stops at the first violation outside of `anyOf`/`oneOf` and after `validationStepsMax` steps, and
 * patterns take time linear in the text. One that can't is left out, as if the schema did not have it.
 *
 * @throws Error when the schema can't be compiled, for example because a `$ref` leads nowhere.
 */
export function compilePayloadSchema(
  schema: JsonSchemaObject,
  dialect: '3.0' | '3.1',
): CompiledPayloadSchema {
  const meter = createWorkMeter();
  const unenforced = new Set<string>();
  const patterns = patternCache();
  const regExp = (text: string) => meteredPattern(text, patterns(text), meter);
  // One instance per schema: ajv keeps the `$id`s that it has seen, and two events may hold the same components.
  const ajv = new Ajv2020({
    strict: false,
    strictNumbers: true,
    // A quotient of doubles is off by a little: 19.99 / 0.01 is not 1999.
    multipleOfPrecision: 6,
    validateSchema: false,
    addUsedSchema: false,
    ownProperties: true,
    logger: false,
    code: { regExp: Object.assign(regExp, { code: 'regExp' }) },
  });
  addLinearFormats(ajv);
  addWorkKeywords(ajv, meter);
  replaceUniqueItems(ajv, meter);
  // Only a schema that an event refers to is compiled, so nobody is told of patterns that no payload meets.
  ajv.addKeyword({
    keyword: leftOut,
    compile: (pointers: string[]) => {
      for (const pointer of pointers) unenforced.add(pointer);
      return () => true;
    },
  });
  const compiled = ajv.compile(
    mapSchemas(toJsonSchema2020(schema, dialect), (part, at) =>
      metered(withLinearPatterns(part, at, patterns)),
    ),
  );
  return {
    validate(json, stepsMax = validationStepsMax) {
      meter.reset(stepsMax);
      try {
        if (compiled(json)) return [];
      } catch (error) {
        // The other is what V8 throws when the stack is too small: for a schema that refers to itself alone, or a long text.
        if (!(error instanceof ValidationWorkError || error instanceof RangeError)) throw error;
        return [{ path: '', message: 'must not take so much work to validate' }];
      }
      return (compiled.errors ?? []).slice(0, violationsMax).map(({ instancePath, message }) => ({
        path: instancePath.slice(0, violationPathMax).toWellFormed(),
        message: message ?? 'is not valid',
      }));
    },
    unenforced: [...unenforced],
  };
}

const leftOut = 'sluiceLeftOut';

type Patterns = (text: string) => LinearPattern | null;

/** Patterns are asked for twice, and some stand in many schemas of a document. */
function patternCache(): Patterns {
  const cache = new Map<string, LinearPattern | null>();
  return (text) => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const compiled = compileLinearPattern(text);
    cache.set(text, compiled);
    return compiled;
  };
}

/**
 * Leaves out the patterns that can't be matched in linear time. A property of `patternProperties` whose name can't be
 * matched might be any: so none counts as additional or unevaluated.
 */
function withLinearPatterns(schema: JsonSchemaObject, pointer: string, patterns: Patterns): JsonSchemaObject {
  const { pattern, patternProperties, ...rest } = schema;
  const pointers: string[] = [];
  const isLinear = (text: string, at: string) => {
    if (patterns(text)) return true;
    pointers.push(`${pointer}/${at}`);
    return false;
  };
  const kept = typeof pattern === 'string' && isLinear(pattern, 'pattern') ? { pattern } : {};
  const names = isRecord(patternProperties) ? Object.entries(patternProperties) : [];
  const linear = names.filter(([name]) => isLinear(name, `patternProperties/${escaped(name)}`));
  const any = linear.length < names.length ? [['', true]] : [];
  return {
    ...rest,
    ...kept,
    ...(names.length > 0 && {
      patternProperties: Object.fromEntries([...linear, ...any]) as JsonSchemaObject,
    }),
    ...(pointers.length > 0 && { [leftOut]: pointers }),
  };
}

/** What ajv asks for where the schema has a pattern; it tells patterns apart by `toString`. */
function meteredPattern(text: string, pattern: LinearPattern | null, { spend }: WorkMeter) {
  if (!pattern) throw new Error(`The pattern ${text} was not left out`);
  return {
    toString: () => text,
    test(value: string) {
      spend(value.length / 4);
      return pattern.test(value);
    },
  };
}

/** ajv compares every pair of items: a body of 1 MB would take minutes. This sorts keys and looks each item up. */
function replaceUniqueItems(ajv: Ajv2020, { spend }: WorkMeter): void {
  ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    validate: (isUnique: boolean, items: readonly unknown[]) => {
      if (!isUnique) return true;
      const texts = new Set<string>();
      for (const item of items) {
        const text = canonicalText(item);
        spend(text.length / 2);
        if (texts.has(text)) return false;
        texts.add(text);
      }
      return true;
    },
  });
}

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
