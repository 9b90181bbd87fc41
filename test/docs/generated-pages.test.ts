import { expect, test } from '@jest/globals';
import { generatedPages } from '../../bin/docs.ts';
import { textOf } from './repository.ts';

test.each(generatedPages())('$path says what the source says (npm run docs writes it)', ({ path, text }) => {
  expect(textOf(path)).toBe(text);
});
