import { normalise } from '../../../mesh/normalise/normalise.ts';
import type { LiftedEvent } from '../../../mesh/normalise/lift-events.ts';
import { documentOf } from './document-of.ts';

interface LiftCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: string;
  readonly expected: readonly Partial<LiftedEvent>[];
  /** @default 3.1.0 */
  readonly openapi?: string;
  /** @default none */
  readonly warnings?: readonly string[];
}

const payload = (type: string) =>
  `requestBody: { content: { application/json: { schema: { type: ${type} } } } }`;
const delivery = (type: string, more = '') => `{ ${payload(type)}, responses: { '204': {} } ${more}}`;
const subscribe = (callbacks: string, operationId = 'subscribe') => `
paths:
  /hooks:
    post:
      operationId: ${operationId}
      responses: {}
      callbacks:
        ${callbacks}`;
const owner = { operationId: 'subscribe', expression: '{$request.body#/url}' };

const callbacks: readonly LiftCase[] = [
  {
    id: 'C1',
    sentence: 'a callback is an event that knows the operation and the expression it belongs to',
    given: subscribe(`paid: { '{$request.body#/url}': { post: ${delivery('object')} } }`),
    expected: [{ name: 'paid', schema: { type: 'object' }, successStatus: 204, callback: owner }],
  },
  {
    id: 'C2',
    sentence: "the operation is known by the document's id, not by the one that GraphQL can use",
    given: subscribe(
      `paid: { '{$request.body#/url}': { post: ${delivery('object')} } }`,
      'hooks/subscribe-all',
    ),
    expected: [{ name: 'paid', callback: { ...owner, operationId: 'hooks/subscribe-all' } }],
  },
  {
    id: 'C3',
    sentence: 'an operation without an id is known by method and path',
    given: subscribe(`paid: { '{$request.body#/url}': { post: ${delivery('object')} } }`).replace(
      'operationId: subscribe',
      'tags: []',
    ),
    expected: [{ name: 'paid', callback: { ...owner, operationId: 'POST /hooks' } }],
  },
  {
    id: 'C4',
    sentence: 'several callbacks of one operation are several events',
    given: subscribe(`paid: { '{$request.body#/url}': { post: ${delivery('object')} } }
        failed: { '{$request.query.failed}': { post: ${delivery('string')} } }`),
    expected: [
      { name: 'paid', callback: owner },
      { name: 'failed', callback: { operationId: 'subscribe', expression: '{$request.query.failed}' } },
    ],
  },
  {
    id: 'C5',
    sentence: 'an expression that starts with a dollar sign is an expression like any other',
    given: subscribe(`paid: { '$request.body#/url': { post: ${delivery('object')} } }`),
    expected: [{ name: 'paid', callback: { operationId: 'subscribe', expression: '$request.body#/url' } }],
  },
  {
    id: 'C6',
    sentence: 'of several expressions of one callback the first counts, and the other is told',
    given: subscribe(`paid:
          '{$request.body#/url}': { post: ${delivery('object')} }
          '{$request.body#/fallback}': { post: ${delivery('object')} }`),
    expected: [{ name: 'paid', callback: owner }],
    warnings: [
      '/paths/~1hooks/post/callbacks/paid/{$request.body#~1fallback}: an event named "paid" exists already; this one is left out',
    ],
  },
  {
    id: 'C7',
    sentence: 'a callback may stand elsewhere and be referred to',
    given: `${subscribe("paid: { $ref: '#/components/callbacks/Paid' }")}
components: { callbacks: { Paid: { '{$request.body#/url}': { post: ${delivery('object')} } } } }`,
    expected: [{ name: 'paid', callback: owner }],
  },
  {
    id: 'C8',
    sentence: 'so may its path item',
    given: `${subscribe("paid: { '{$request.body#/url}': { $ref: '#/components/pathItems/Paid' } }")}
components: { pathItems: { Paid: { post: ${delivery('object')} } } }`,
    expected: [{ name: 'paid', callback: owner }],
  },
  {
    id: 'C9',
    sentence: 'a reference that leads nowhere is no event',
    given: subscribe("paid: { $ref: '#/components/callbacks/Nobody' }"),
    expected: [],
    warnings: [
      '/paths/~1hooks/post/callbacks/paid: refers to "#/components/callbacks/Nobody", which is not in the document',
    ],
  },
  {
    id: 'C10',
    sentence: 'a reference in a circle is no event and no loop',
    given: `${subscribe("paid: { $ref: '#/components/callbacks/A' }")}
components: { callbacks: { A: { $ref: '#/components/callbacks/B' }, B: { $ref: '#/components/callbacks/A' } } }`,
    expected: [],
  },
  {
    id: 'C11',
    sentence: 'a delivery may be a PUT or a PATCH',
    given: subscribe(`paid: { '{$request.body#/url}': { put: ${delivery('object')} } }
        failed: { '{$request.body#/url}': { patch: ${delivery('string')} } }`),
    expected: [
      { name: 'paid', schema: { type: 'object' } },
      { name: 'failed', schema: { type: 'string' } },
    ],
  },
  {
    id: 'C12',
    sentence: 'of several methods POST is the delivery',
    given: subscribe(
      `paid: { '{$request.body#/url}': { put: ${delivery('string')}, post: ${delivery('object')} } }`,
    ),
    expected: [{ name: 'paid', schema: { type: 'object' } }],
  },
  {
    id: 'C13',
    sentence: 'a callback without a delivery is no event',
    given: subscribe("paid: { '{$request.body#/url}': { get: { responses: {} } } }"),
    expected: [],
  },
  {
    id: 'C14',
    sentence: 'a payload that is not described is an event of any JSON, and told',
    given: subscribe("paid: { '{$request.body#/url}': { post: { responses: {} } } }"),
    expected: [{ name: 'paid', schema: undefined, operationId: undefined, successStatus: 202 }],
    warnings: [
      '/paths/~1hooks/post/callbacks/paid/{$request.body#~1url}: has no JSON payload schema; any JSON is accepted',
    ],
  },
  ...[
    '{$request.query.url}',
    '$request.query.url',
    '{$request.header.x-callback-url}',
    '{$request.path.id}/done',
    'http://example.test/{$request.body#/id}?from={$url}',
    '{$url}',
    '$url',
    '{$method}',
    '$method',
    '{$statusCode}',
    '{$response.header.Location}',
    '$response.body#/links/0/href',
    '/hub',
  ].map((expression, index) => ({
    id: `C15.${index}`,
    sentence: `the expression ${expression} belongs to an event`,
    given: subscribe(`paid: { '${expression}': { post: ${delivery('object')} } }`),
    expected: [{ name: 'paid', callback: { operationId: 'subscribe', expression } }],
  })),
];

const webhooks: readonly LiftCase[] = [
  {
    id: 'C20',
    sentence: 'a webhook of 3.1 is an event that nobody registers for',
    given: `webhooks: { paid: { post: ${delivery('object', ', description: Money came.')} } }`,
    expected: [{ name: 'paid', description: 'Money came.', schema: { type: 'object' }, callback: undefined }],
  },
  {
    id: 'C21',
    sentence: 'a summary describes where no description does',
    given: `webhooks: { paid: { post: ${delivery('object', ', summary: Money.')} } }`,
    expected: [{ name: 'paid', description: 'Money.' }],
  },
  {
    id: 'C22',
    sentence: 'its path item may stand elsewhere',
    given: `webhooks: { paid: { $ref: '#/components/pathItems/Paid' } }
components: { pathItems: { Paid: { post: ${delivery('object')} } } }`,
    expected: [{ name: 'paid' }],
  },
  {
    id: 'C23',
    sentence: 'its request body may stand elsewhere',
    given: `webhooks: { paid: { post: { requestBody: { $ref: '#/components/requestBodies/Paid' }, responses: {} } } }
components: { requestBodies: { Paid: { content: { application/cloudevents+json: { schema: { type: object } } } } } }`,
    expected: [{ name: 'paid', schema: { type: 'object' } }],
  },
  {
    id: 'C25',
    sentence: 'the fields of a form are a payload, where no JSON is described',
    given: `webhooks:
  sent: { post: { requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object, properties: { Sid: { type: string } } } } } }, responses: {} } }
  both: { post: { requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object } }, application/json: { schema: { type: string } } } }, responses: {} } }`,
    expected: [
      {
        name: 'sent',
        schema: { type: 'object', properties: { Sid: { type: 'string' } } },
        pointer: '/webhooks/sent/post/requestBody/content/application~1x-www-form-urlencoded/schema',
      },
      { name: 'both', schema: { type: 'string' } },
    ],
  },
  {
    id: 'C26',
    sentence: 'a form whose one field is `payload` says nothing of the JSON in it',
    given: `webhooks:
  push: { post: { requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object, properties: { payload: { type: string } } } } } }, responses: {} } }`,
    expected: [{ name: 'push', schema: undefined }],
    warnings: ['/webhooks/push: has no JSON payload schema; any JSON is accepted'],
  },
  {
    id: 'C24',
    sentence: 'a webhook and a callback of the same name: the webhook counts, and the other is told',
    given: `${subscribe(`paid: { '{$request.body#/url}': { post: ${delivery('object')} } }`)}
webhooks: { paid: { post: ${delivery('string')} } }`,
    expected: [{ name: 'paid', schema: { type: 'string' }, callback: undefined }],
    warnings: [
      '/paths/~1hooks/post/callbacks/paid/{$request.body#~1url}: an event named "paid" exists already; this one is left out',
    ],
  },
  {
    id: 'C25',
    sentence: 'the first status of success is the one to answer',
    given: `webhooks: { paid: { post: { ${payload('object')}, responses: { '400': {}, '200': {}, '201': {} } } } }`,
    expected: [{ name: 'paid', successStatus: 200 }],
  },
  {
    id: 'C26',
    sentence: '2XX and default say no status, so it is 202',
    given: `webhooks: { paid: { post: { ${payload('object')}, responses: { 2XX: {}, default: {} } } } }`,
    expected: [{ name: 'paid', successStatus: 202 }],
  },
  {
    id: 'C27',
    sentence: 'a document without paths has its webhooks all the same',
    given: `webhooks: { a: { post: ${delivery('object')} }, b: { post: ${delivery('object')} } }`,
    expected: [{ name: 'a' }, { name: 'b' }],
  },
  {
    id: 'C28',
    sentence: 'a document of 3.0 may have webhooks',
    openapi: '3.0.3',
    given: `webhooks: { paid: { post: ${delivery('object')} } }`,
    expected: [{ name: 'paid', schema: { type: 'object' }, callback: undefined }],
  },
  {
    id: 'C29',
    sentence: 'x-webhooks are webhooks',
    openapi: '3.0.3',
    given: `x-webhooks: { email.created: { post: ${delivery('object')} } }`,
    expected: [{ name: 'email.created', schema: { type: 'object' }, callback: undefined }],
  },
  {
    id: 'C30',
    sentence: 'of a webhook in both, the one of 3.1 counts, and the other is told',
    given: `x-webhooks: { paid: { post: ${delivery('object')} } }
webhooks: { paid: { post: ${delivery('string')} } }`,
    expected: [{ name: 'paid', schema: { type: 'string' } }],
    warnings: ['/x-webhooks/paid: an event named "paid" exists already; this one is left out'],
  },
];

test.each([...callbacks, ...webhooks].map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  (_id, _sentence, { given, expected, openapi, warnings = [] }) => {
    const document = documentOf(given, openapi);
    const before = structuredClone(document);
    const { events, warnings: told, document: normalised } = normalise(document, 'shop');
    expect(events).toMatchObject(expected);
    expect(events).toHaveLength(expected.length);
    expect(told).toEqual(warnings);
    expect(document).toEqual(before);
    expect(JSON.stringify(normalised)).not.toMatch(/"callbacks":\{"[a-z]|webhooks"/);
  },
);
