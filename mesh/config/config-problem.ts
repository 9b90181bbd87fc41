import type { ErrorObject } from 'ajv/dist/2020.js';
import { isObject, type JsonObject } from '../document/openapi-document.ts';

/** Keys from the top of the file to a field. */
export type ConfigPath = readonly (string | number)[];

/** What is wrong with one field of a configuration. */
export interface ConfigProblem {
  path: ConfigPath;
  message: string;
}

/** Is told what is wrong with a field. */
export type Report = (path: ConfigPath, message: string) => void;

/**
 * The errors of a validation in words, each place once: of a choice, those of the branch that was meant. Values are never
 * told, because they may be secrets.
 * @param errors all errors of a validator that is `verbose`
 */
export function problemsOf(errors: readonly ErrorObject[]): ConfigProblem[] {
  const told = errors.filter((error) => !ignored(error));
  const choices = told.filter((error) => error.keyword === 'oneOf');
  const outermost = told.filter(
    (error) =>
      !choices.some((choice) => choice !== error && isWithin(error.instancePath, choice.instancePath)),
  );
  const problems = new Map<string, ConfigProblem>();
  for (const error of outermost) {
    const found =
      error.keyword === 'oneOf'
        ? problemsOfChoice(error, errors)
        : [{ path: pathOf(error), message: messageOf(error) }];
    // The first of a place says enough: a text that is no name breaks the pattern and the length.
    for (const problem of found) {
      const key = problem.path.join('\n');
      if (!problems.has(key)) problems.set(key, problem);
    }
  }
  return [...problems.values()];
}

interface Branch {
  properties?: JsonObject;
  required?: string[];
}

/** A branch is meant when the value has one of the fields that only this branch requires. */
function problemsOfChoice(choice: ErrorObject, errors: readonly ErrorObject[]): ConfigProblem[] {
  const branches = choice.schema as Branch[];
  const { data } = choice;
  const [branch, ...others] = branches.filter(
    ({ required }) => isObject(data) && required?.some((field) => Object.hasOwn(data, field)),
  );
  if (branch && others.length === 0) {
    const fields = Object.keys(branch.properties ?? {});
    const own = errors.filter(
      (error) =>
        error.parentSchema === branch ||
        fields.some((field) => isWithin(error.instancePath, `${choice.instancePath}/${field}`)),
    );
    const problems = problemsOf(own);
    if (problems.length > 0) return problems;
  }
  const forms = branches.map(({ required }) => (required ? `{ ${required.join(', ')} }` : 'a name'));
  return [{ path: pathOf(choice), message: `must be ${forms.join(' or ')}` }];
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}

/**
 * What only repeats another error: of a condition as a whole, of a name inside `propertyNames`, of a tag, which beside
 * its `discriminator` is required and one of a list.
 */
function ignored(error: ErrorObject): boolean {
  return ['if', 'discriminator'].includes(error.keyword) || error.propertyName !== undefined;
}

function pathOf(error: ErrorObject): string[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { additionalProperty, missingProperty, propertyName } = error.params as Record<string, unknown>;
  const last = additionalProperty ?? missingProperty ?? propertyName;
  return typeof last === 'string' ? [...path, last] : path;
}

const patterns: Readonly<Record<string, string>> = {
  '^[A-Za-z_][A-Za-z0-9_]*$': 'must be a name of letters, digits and "_"',
  '^(/([^~/]|~[01])*)*$': 'must be a JSON pointer, such as /data/id',
  '^([A-Za-z][A-Za-z0-9]*)?$': 'must be letters and digits, a letter first',
  '^[A-Za-z_][A-Za-z0-9_]*( [A-Za-z_][A-Za-z0-9_]*)*$': 'must be names of fields, separated by single spaces',
  "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$": 'must be the name of a header',
  "^([^{}]|\\{(id|timestamp|body|method|target|header:[A-Za-z0-9!#$%&'*+.^_`|~-]+)\\})+$":
    'must be text with {body}, {id}, {timestamp}, {method}, {target} or {header:x-name} and no other braces',
  '^[^:]+$': 'must be a name without a colon',
  '^[\\x21-\\x7e]+$': 'must be visible ASCII characters without spaces',
  '^[\\x21-\\x7e]{16,}$': 'must be at least 16 visible ASCII characters without spaces',
};

const names: Readonly<Record<string, string>> = {
  '/links': 'must be written Type.field',
  '/entities': 'must be the name of a type',
  '/headers/set': 'must be the name of a header',
};

function messageOf(error: ErrorObject): string {
  const { allowedValues, pattern, type } = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties') return 'is not a known field here';
  if (error.keyword === 'required') return 'is missing';
  if (Array.isArray(allowedValues)) return `must be one of ${allowedValues.join(', ')}`;
  if (Array.isArray(type)) return `must be ${type.join(' or ')}`;
  const telling = typeof pattern === 'string' ? patterns[pattern] : names[error.instancePath];
  return telling ?? error.message ?? 'is not valid';
}
