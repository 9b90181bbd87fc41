/** Subgraph folders with one thing wrong, and how `sluice check` says it: file, line, field, and what to do. */
export interface BrokenFolder {
  /** Name of the folder. */
  readonly name: string;
  readonly subgraphYaml: string;
  /** What follows the name of the file. */
  readonly says: RegExp;
}

/** Reads one thing; as small as a document can be. */
export const smallDocument = `openapi: 3.1.0
info: { title: Small, version: '1' }
paths:
  /things/{thingId}:
    get:
      operationId: getThing
      parameters: [{ name: thingId, in: path, required: true, schema: { type: string } }]
      responses:
        '200':
          description: The thing.
          content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
components:
  schemas:
    Thing: { type: object, required: [id], properties: { id: { type: string } } }
`;

export const brokenFolders: readonly BrokenFolder[] = [
  {
    name: 'misspelled',
    subgraphYaml: 'endpoint: http://127.0.0.1:1\nnaming: graphql\ntimeoutMS: 2000\n',
    says: /^:3: timeoutMS: is not a known field here/,
  },
  {
    name: 'wrong-type',
    subgraphYaml:
      'endpoint: http://127.0.0.1:1\nentities:\n  Thing:\n    key: id\n    resolve:\n      operation: getThing\n      max: many\n',
    says: /^:7: entities\.Thing\.resolve\.max: must be integer/,
  },
  {
    name: 'missing-field',
    subgraphYaml: '# nothing but a comment\ntimeoutMs: 2000\n',
    says: /^:\d+: endpoint: is missing/,
  },
  {
    name: 'unset-variable',
    subgraphYaml: 'timeoutMs: 2000\nendpoint: ${BROKEN_URL}\n',
    says: /^:2: endpoint: the environment variable BROKEN_URL is not set/,
  },
  {
    name: 'no-url',
    subgraphYaml: 'endpoint: localhost\n',
    says: /^:1: endpoint: must be an http:\/\/ or https:\/\/ URL/,
  },
  {
    name: 'no-yaml',
    subgraphYaml: 'endpoint: http://127.0.0.1:1\nheaders: [\n',
    says: /^:\d: not valid YAML: /,
  },
  {
    name: 'unknown-operation',
    subgraphYaml:
      'endpoint: http://127.0.0.1:1\nentities:\n  Thing: { key: id, resolve: { operation: getThink, argument: thingId } }\n',
    says: /^:3: entities\.Thing\.resolve\.operation: .*getThink/,
  },
  {
    name: 'unknown-webhook',
    subgraphYaml: 'endpoint: http://127.0.0.1:1\nwebhooks:\n  thingMade: { verify: { scheme: none } }\n',
    says: /^:3: webhooks\.thingMade: /,
  },
];
