import { isObject, pointerTo, type JsonObject } from './openapi-document.ts';
import { isOutside } from './bundle.ts';

/** Why a file is not read, by its name in references; undefined where it only has no such part. */
export type ReasonOf = (file: string) => string | undefined;

/** Keywords below which anything may stand, or nothing that Sluice reads. */
export const notRead: ReadonlySet<string> = new Set([
  'example',
  'examples',
  'default',
  'const',
  'enum',
  'externalDocs',
  'links',
  'tags',
  'servers',
]);

/** What is left of something that is not there; nothing needs the answers of errors, headers and security schemes. */
type Remedy = 'any JSON' | 'not needed' | 'kept';

type Tell = (pointer: string, reference: string, remedy: Remedy) => void;

/**
 * Settles references to files that are not read, so that only what needs them is lost. A schema becomes any JSON, an
 * answer any JSON, each with a warning. A parameter, a body and a path item stay as they are: normalise/left-out.ts
 * decides what becomes of their operation. What Sluice does not read goes: answers of errors, headers, security schemes.
 * Each file has a warning with its reason.
 */
export function settleOutsideReferences(document: JsonObject, reasonOf: ReasonOf, warnings: string[]): void {
  const seen = new Set<unknown>();
  const files = new Map<string, { pointer: string; count: number; notNeeded: number }>();
  const told: string[] = [];
  const tell: Tell = (pointer, reference, remedy) => {
    const [name = ''] = reference.split('#', 1);
    const file = files.get(name) ?? { pointer, count: 0, notNeeded: 0 };
    files.set(name, file);
    file.count += 1;
    if (remedy === 'not needed') file.notNeeded += 1;
    if (remedy === 'any JSON')
      told.push(`${pointer}: refers to "${reference}", which is not there; any JSON`);
  };
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    const inMap = path.at(-1) === 'properties' || path.at(-2) === 'components';
    for (const [key, child] of Object.entries(value)) {
      if (!inMap && notRead.has(key)) continue;
      const reference = isObject(child) ? child['$ref'] : undefined;
      const place = [...path, key];
      if (isOutside(reference)) {
        tell(pointerTo(...place), reference, settle(value as JsonObject, key, kindOf(place)));
      }
      walk((value as JsonObject)[key], place);
    }
    settleMapping(value as JsonObject, path, tell);
  };
  walk(document, []);
  for (const [name, { pointer, count, notNeeded }] of files) {
    const reason = reasonOf(name) ?? 'it does not have all the parts that are referred to';
    const counts = `${count} references to it, ${notNeeded} of them from what is not needed`;
    warnings.push(`${pointer}: "${name}": ${reason} (${counts})`);
  }
  warnings.push(...told);
}

function settleMapping(
  { mapping, propertyName }: JsonObject,
  path: readonly (string | number)[],
  tell: Tell,
): void {
  if (!isObject(mapping) || typeof propertyName !== 'string') return;
  for (const [value, target] of Object.entries(mapping)) {
    if (typeof target !== 'string' || !/^[^#]+\.(ya?ml|json)(#|$)/i.test(target)) continue;
    tell(pointerTo(...path, 'mapping', value), target, 'not needed');
    delete mapping[value];
  }
}

type Kind = 'schema' | 'response' | 'kept' | 'unused';

const kinds: Readonly<Record<string, Kind>> = {
  parameters: 'kept',
  requestBodies: 'kept',
  callbacks: 'kept',
  paths: 'kept',
  pathItems: 'kept',
  webhooks: 'kept',
  'x-webhooks': 'kept',
  responses: 'response',
  headers: 'unused',
  securitySchemes: 'unused',
  securityDefinitions: 'unused',
};

/** What stands at a place, by the name of what holds it. */
function kindOf(path: readonly (string | number)[]): Kind {
  if (path.at(-1) === 'requestBody') return 'kept';
  if (path.at(-3) === 'callbacks') return 'kept';
  // A property may be called `responses`.
  if (path.at(-3) === 'properties') return 'schema';
  return kinds[String(path.at(-2))] ?? 'schema';
}

function settle(holder: JsonObject, key: string, kind: Kind): Remedy {
  if (kind === 'kept') return 'kept';
  if (kind === 'unused' || (kind === 'response' && /^[45]/.test(key))) {
    delete holder[key];
    return 'not needed';
  }
  const rest: JsonObject = { ...(holder[key] as JsonObject) };
  delete rest['$ref'];
  holder[key] =
    kind === 'schema' ? rest : { description: '', ...rest, content: { 'application/json': { schema: {} } } };
  return 'any JSON';
}
