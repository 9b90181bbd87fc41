import { buildSchema, OperationTypeNode } from 'graphql';
import { createEntityMerge } from '../../../gateway/execution/entity-merge.ts';

const schema = buildSchema(`
  type Query { pet: Pet }
  interface Pet { id: ID }
  type Dog implements Pet { id: ID name: String }
  type Cat implements Pet { id: ID lives: Int }
`);

describe('a name that is asked of another type only', () => {
  it.each(['usual', 'constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    '%s stays as another fetch answered it',
    (name) => {
      const mergeEntity = createEntityMerge(schema, {
        kind: 'Fetch',
        serviceName: 'pets',
        operation: `{ _entities { ... on Dog { ${name}: name } ... on Cat { lives } } }`,
        operationName: undefined,
        operationKind: OperationTypeNode.QUERY,
      });
      // Until the merge is compiled.
      for (let count = 0; count < 5; count++) {
        const cat = Object.fromEntries([
          ['__typename', 'Cat'],
          [name, 'of another fetch'],
        ]);
        mergeEntity()(cat, { lives: 9 });
        expect(Object.entries(cat)).toEqual([
          ['__typename', 'Cat'],
          [name, 'of another fetch'],
          ['lives', 9],
        ]);
      }
    },
  );
});
