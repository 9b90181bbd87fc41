import { requiredFields } from '../../gateway/supergraph/required-fields.ts';
import { syntheticSupergraph } from './execution/synthetic-supergraph.ts';

it('the fields that plans fetch under their own names are those of keys and of @requires', () => {
  const found = requiredFields(syntheticSupergraph().sdl);
  const fields = Object.fromEntries([...found].map(([type, names]) => [type, [...names].toSorted()]));
  expect(fields).toEqual({
    Author: ['born', 'id', 'name'],
    Book: ['id', 'pages', 'title'],
    Film: ['id'],
    Media: ['id'],
    Reader: ['id'],
  });
});
