/** The registries of error codes and the source that uses them name the same codes. */
import { describe, expect, test } from '@jest/globals';
import { errorCodes } from '../../gateway/errors.ts';
import { adminProblems } from '../../gateway/http/admin-problem.ts';
import { restErrorCodes } from '../../mesh/rest/rest-error.ts';
import { webhookProblems } from '../../webhooks/problem.ts';
import { registrationProblems } from '../../webhooks/registrations/problem.ts';
import { filesBelow, textOf } from './repository.ts';

const source = filesBelow(['gateway', 'mesh', 'webhooks', 'events'], '.ts').map(textOf).join('\n');

/** Names of codes in quotes: registries have them as keys, without quotes. */
const quoted = new Set(Array.from(source.matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g), ([, name]) => name as string));

/** Every place where source gives an error its code. */
const given = Array.from(
  source.matchAll(
    /\b(?:code: *|clientError\(\s*|adminProblem\(\s*|registrationProblem\(\s*|refusal\(\s*|restError\(\s*\w+,\s*)'([A-Z][A-Z_]+)'/g,
  ),
  ([, name]) => name as string,
);

describe('codes of GraphQL errors', () => {
  test.each(Object.keys(errorCodes))('%s is used in source', (name) => expect(quoted).toContain(name));

  test('those of REST calls are all for clients', () => {
    expect(errorCodes).toMatchObject(restErrorCodes);
  });
});

describe('codes of refused webhook deliveries', () => {
  test.each(Object.keys(webhookProblems))('%s is used in source', (name) => expect(quoted).toContain(name));
});

describe('codes of refused registrations', () => {
  test.each(Object.keys(registrationProblems))('%s is used in source', (name) =>
    expect(quoted).toContain(name),
  );
});

describe('codes of refused requests of operators', () => {
  test.each(Object.keys(adminProblems))('%s is used in source', (name) => expect(quoted).toContain(name));
});

test('every code that source gives is in a registry', () => {
  const registries = [errorCodes, webhookProblems, registrationProblems, adminProblems];
  const known = new Set(registries.flatMap((registry) => Object.keys(registry)));
  expect(given.length).toBeGreaterThan(15);
  expect(given.filter((name) => !known.has(name))).toEqual([]);
});

test('every code that looks like one of a delivery is in the registry', () => {
  const names = [...quoted].filter((name) => name.startsWith('WEBHOOK_'));
  expect(names.filter((name) => !Object.hasOwn(webhookProblems, name))).toEqual([]);
});
