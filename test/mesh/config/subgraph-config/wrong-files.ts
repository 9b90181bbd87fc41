/** Files that are refused: what is wrong with each, and the one line that says so. */
import { wrongCalls } from './wrong-calls.ts';
import { wrongEntities } from './wrong-entities.ts';
import { file, type WrongFile } from './wrong-file.ts';
import { wrongVerify } from './wrong-verify.ts';
import { wrongWebhooks } from './wrong-webhooks.ts';

const syntax: readonly WrongFile[] = [
  {
    id: 'W1',
    sentence: 'an unclosed flow',
    given: file('headers: { forward: [authorization }'),
    expected:
      ':2: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  },
  {
    id: 'W2',
    sentence: 'the same field twice',
    given: file('timeoutMs: 1', 'timeoutMs: 2'),
    expected: ':3: not valid YAML: Map keys must be unique',
  },
  {
    id: 'W3',
    sentence: 'an alias without its anchor',
    given: file('headers: *shared'),
    expected: ': not valid YAML: Unresolved alias (the anchor must be set before the alias): shared',
  },
  {
    id: 'W4',
    sentence: 'an empty file',
    given: '',
    expected: ':1: the file: must hold fields; see docs/subgraph.schema.json',
  },
  {
    id: 'W5',
    sentence: 'a list',
    given: '- endpoint: http://service.test',
    expected: ':1: the file: must hold fields; see docs/subgraph.schema.json',
  },
  {
    id: 'W6',
    sentence: 'only comments',
    given: '# nothing yet\n',
    expected: ':1: the file: must hold fields; see docs/subgraph.schema.json',
  },
];

const top: readonly WrongFile[] = [
  {
    id: 'W10',
    sentence: 'an endpoint without a value',
    given: 'endpoint:',
    expected: ':1: endpoint: must be string',
  },
  {
    id: 'W11',
    sentence: 'an endpoint that is a number',
    given: 'endpoint: 4101',
    expected: ':1: endpoint: must be string',
  },
  {
    id: 'W12',
    sentence: 'an empty endpoint',
    given: 'endpoint: ""',
    expected: ':1: endpoint: must NOT have fewer than 1 characters',
  },
  ...[
    ['W13', 'ftp://service.test', 'ftp'],
    ['W14', 'service.test:4101', 'no scheme'],
    ['W15', 'http://', 'no host'],
    ['W16', 'http:///path', 'no host before its path'],
    ['W17', 'http://service.test:port', 'a port that is no number'],
  ].map(([id = '', url = '', what = '']) => ({
    id,
    sentence: `an endpoint with ${what}`,
    given: `timeoutMs: 1\nendpoint: ${url}`,
    expected: ':2: endpoint: must be an http:// or https:// URL',
  })),
  {
    id: 'W18',
    sentence: 'an endpoint with a password, which would be left out without a word',
    given: 'endpoint: http://user:hunter2@service.test',
    expected: ':1: endpoint: must not hold a user or password: put them into security, or headers.set',
  },
  {
    id: 'W19',
    sentence: 'an endpoint with a query',
    given: 'endpoint: http://service.test/?key=hunter2',
    expected: ':1: endpoint: must not hold a query or a fragment',
  },
  {
    id: 'W20',
    sentence: 'an unknown field, on its own line although its value is further down',
    given: file('timeout:', '  seconds: 2'),
    expected: ':2: timeout: is not a known field here',
  },
  {
    id: 'W21',
    sentence: 'a time that is text',
    given: file('timeoutMs: 2s'),
    expected: ':2: timeoutMs: must be integer',
  },
  {
    id: 'W22',
    sentence: 'a time of nothing',
    given: file('timeoutMs: 0'),
    expected: ':2: timeoutMs: must be >= 1',
  },
  {
    id: 'W23',
    sentence: 'a naming that is none',
    given: file('naming: camel'),
    expected: ':2: naming: must be one of graphql, source',
  },
  {
    id: 'W24',
    sentence: 'a prefix that no type can start with',
    given: file('prefix: 2nd-'),
    expected: ':2: prefix: must be letters and digits, a letter first',
  },
  {
    id: 'W25',
    sentence: 'a variable that is not set',
    given: 'endpoint: ${NOWHERE_URL}',
    expected: ':1: endpoint: the environment variable NOWHERE_URL is not set',
  },
  {
    id: 'W26',
    sentence: 'a variable that is set to nothing',
    given: file('headers:', '  set:', '    x-key: ${EMPTY}'),
    expected: ':4: headers.set.x-key: the environment variable EMPTY is not set',
  },
];

const headersAndOperations: readonly WrongFile[] = [
  {
    id: 'W30',
    sentence: 'an unknown field of headers',
    given: file('headers:', '  add: { a: b }'),
    expected: ':3: headers.add: is not a known field here',
  },
  {
    id: 'W31',
    sentence: 'one header where a list is due',
    given: file('headers: { forward: authorization }'),
    expected: ':2: headers.forward: must be array',
  },
  {
    id: 'W32',
    sentence: 'a header with a space in its name',
    given: file('headers:', '  forward:', '    - authorization', '    - x key'),
    expected: ':5: headers.forward.1: must be the name of a header',
  },
  {
    id: 'W33',
    sentence: 'a header that is about the connection of the client',
    given: file('headers: { forward: [Host] }'),
    expected: ':2: headers.forward.0: is about one connection and can not be passed on',
  },
  {
    id: 'W34',
    sentence: 'a set header with a colon in its name',
    given: file('headers:', '  set: { "x:key": a }'),
    expected: ':3: headers.set.x:key: must be the name of a header',
  },
  {
    id: 'W35',
    sentence: 'a set header that is a number',
    given: file('headers:', '  set: { x-tenant: 7 }'),
    expected: ':3: headers.set.x-tenant: must be string',
  },
  {
    id: 'W36',
    sentence: 'a rename to what is no GraphQL name',
    given: file('operations: { rename: { getOrder: the-order } }'),
    expected: ':2: operations.rename.getOrder: must be a name of letters, digits and "_"',
  },
  {
    id: 'W37',
    sentence: 'an unknown field of operations',
    given: file('operations: { include: [a] }'),
    expected: ':2: operations.include: is not a known field here',
  },
];

export const wrongFiles: readonly WrongFile[] = [
  ...syntax,
  ...top,
  ...headersAndOperations,
  ...wrongCalls,
  ...wrongEntities,
  ...wrongWebhooks,
  ...wrongVerify,
];
