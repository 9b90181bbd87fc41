/** What `register` of a webhook can have wrong is told with its place; and when it is called. */
import { expect, test } from '@jest/globals';
import { callbackRegistrations } from '../../../gateway/webhooks/callback-registrations.ts';
import { loadSubgraphs } from '../../../mesh/load-subgraphs.ts';
import { writeSubgraphFolders } from '../../mesh/subgraph-folders.ts';
import { subscriptionDocument } from './subscription-service.ts';

test.each([
  ['unregister: cancel', 'unregister: the document has no operation cancel'],
  ['unregister: subscribe', 'unregister: subscribe must have one parameter in its path, for the id'],
  ['check: subscribe', 'check: subscribe must have one parameter in its path, for the id'],
  ['check: find', 'check: the document has no operation find'],
])('%s', async (register, expected) => {
  const folders = await writeSubgraphFolders({
    'orders/openapi.yaml': subscriptionDocument,
    'orders/subgraph.yaml': `endpoint: http://127.0.0.1:1
webhooks: { orderCreated: { verify: { scheme: none }, register: { when: start, ${register} } } }
`,
  });
  const { subgraphs } = await loadSubgraphs({ dir: folders.dir, env: {} });
  const making = () => callbackRegistrations({ subgraphs, publicUrl: 'http://sluice.example' });
  expect(making).toThrow(`subgraph.yaml:2: webhooks.orderCreated.register.${expected}`);
  for (const subgraph of subgraphs) await subgraph.close();
  await folders.remove();
});

const threeEvents = subscriptionDocument.replace(
  '      callbacks:\n',
  `      callbacks:
        orderPaid:
          '{$request.body#/callbackUrl}': { post: { responses: { '202': { description: Taken. } } } }
        orderClosed:
          '{$request.body#/callbackUrl}': { post: { responses: { '202': { description: Taken. } } } }
`,
);

test.each([
  ['first-subscriber', 'first-subscriber', [{ firstSubscribedTo: ['orderPaid', 'orderClosed'] }]],
  ['start', 'first-subscriber', [{ firstSubscribedTo: undefined }]],
  ['first-subscriber', 'start', [{ firstSubscribedTo: undefined }]],
])('events of one call, with %s and %s', async (paid, closed, expected) => {
  const folders = await writeSubgraphFolders({
    'orders/openapi.yaml': threeEvents,
    'orders/subgraph.yaml': `endpoint: http://127.0.0.1:1
webhookDefaults: { verify: { scheme: none } }
webhooks: { orderPaid: { register: { when: ${paid} } }, orderClosed: { register: { when: ${closed} } } }
`,
  });
  const { subgraphs } = await loadSubgraphs({ dir: folders.dir, env: {} });
  const registrations = callbackRegistrations({ subgraphs, publicUrl: 'http://sluice.example' });
  expect(registrations).toMatchObject(expected.map((one) => ({ name: 'orderPaid', ...one })));
  expect(registrations).toHaveLength(1);
  for (const subgraph of subgraphs) await subgraph.close();
  await folders.remove();
});

test('a callback that Sluice registers needs an endpoint', async () => {
  const folders = await writeSubgraphFolders({
    'orders/openapi.yaml': subscriptionDocument,
    'orders/subgraph.yaml': `operations: { exclude: [subscribe, unsubscribe, getSubscription] }
webhooks: { orderCreated: { verify: { scheme: none }, register: { when: start } } }
`,
  });
  const { problems } = await loadSubgraphs({ dir: folders.dir, env: {} });
  const needed =
    'endpoint: is missing, and needed by webhooks.orderCreated.register: where the service is called';
  expect(problems).toEqual([
    { name: 'orders', message: `${folders.place}/orders/subgraph.yaml:1: ${needed}` },
  ]);
  await folders.remove();
});
