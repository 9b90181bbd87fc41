/** Real payloads with GitHub's headers: typed events where a document describes them, raw where none does. */
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { StoredEvent } from '../../../events/event-log.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { runningPrograms } from '../../utils/child-process.ts';
import { openSqlite } from '../../utils/event-log-urls.ts';
import { startGatewayProcess, stopWell } from '../../utils/gateway-process.ts';
import { untilLive } from '../../utils/live.ts';
import { makeSubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';
import { describedPayloads } from './described-payloads.ts';
import { deliverAsGithub, githubPayloads, githubSecret } from './github-delivery.ts';

/** Nothing is asked of GitHub, so there is no endpoint: everything comes from the payloads. */
const yaml = (webhooks: string) => `webhookDefaults:
  verify: { scheme: github, secret: '\${GITHUB_WEBHOOK_SECRET}' }
webhooks:
${webhooks}`;

const byHeader = (events: readonly string[]) =>
  events.map((event) => `  ${event}: { match: { header: x-github-event } }\n`).join('');

/** One webhook without a schema takes whatever arrives. */
const undescribed =
  'openapi: 3.1.0\ninfo: { title: Anything, version: "1" }\nwebhooks: { anything: { post: {} } }\n';

const repository = (fullName: string, login: string) => ({
  fullName,
  private: false,
  description: null,
  owner: { login },
});
const ref = 'ref refType repository { fullName private description owner { login } } sender { login id }';
const sender = { login: 'Codertocat', id: 21031067 };
const tag = {
  ref: 'simple-tag',
  refType: 'TAG',
  repository: repository('Codertocat/Hello-World', 'Codertocat'),
  sender,
};

const described: readonly {
  event: string;
  field: string;
  selection: string;
  status: number;
  expected: unknown;
}[] = [
  { event: 'create', field: 'create', selection: `{ ${ref} }`, status: 202, expected: tag },
  { event: 'delete', field: 'delete', selection: `{ ${ref} }`, status: 202, expected: tag },
  {
    event: 'github_app_authorization',
    field: 'githubAppAuthorization',
    selection: '{ action sender { login id } }',
    status: 200,
    expected: { action: 'revoked', sender: { login: 'octocat', id: 1 } },
  },
  {
    event: 'label',
    field: 'label',
    selection:
      '{ __typename action label { __typename id name color } repository { fullName } sender { login } }',
    status: 204,
    expected: {
      __typename: 'LabelPayload',
      action: 'CREATED',
      label: { __typename: 'Label', id: 1362937026, name: ':bug: Bugfix', color: 'cb1f00' },
      repository: { fullName: 'Codertocat/Hello-World' },
      sender: { login: 'Codertocat' },
    },
  },
  {
    event: 'ping',
    field: 'ping',
    selection: '',
    status: 202,
    expected: JSON.parse(String(githubPayloads.get('ping'))),
  },
];

/** A gateway that GitHub delivers to at `/webhooks/github`, and a client of it. */
async function startReceiver({ document, webhooks }: { document: string; webhooks: string }) {
  const log = await openSqlite();
  const files = { 'github/openapi.yaml': document, 'github/subgraph.yaml': yaml(webhooks) };
  const folder = await makeSubgraphsFolder({ files });
  const env = { GITHUB_WEBHOOK_SECRET: githubSecret, SUBGRAPHS_DIR: folder.path };
  const gateway = await startGatewayProcess({ env, eventsUrl: log.url });
  const client = await connectWebSocket(gateway.url);

  const url = `${gateway.url}/webhooks/github`;

  function deliver(event: string, id?: string): Promise<Response> {
    const body = githubPayloads.get(event) ?? Buffer.alloc(0);
    return deliverAsGithub({ url, event, body, ...(id && { id }) });
  }

  /** Stops it, and gives what its log has. */
  async function kept(): Promise<readonly StoredEvent[]> {
    await client.close();
    await stopWell(gateway);
    const reader = await createSqliteEventLog({ path: log.url.replace('sqlite:', '') });
    const events: StoredEvent[] = [];
    // A page is also full when it has much data.
    for (;;) {
      const page = await reader.read('github', events.at(-1) ?? null, 1000);
      if (page.length === 0) break;
      events.push(...page);
    }
    await reader.close();
    return events;
  }

  async function close(): Promise<void> {
    await client.close();
    await stopWell(gateway);
    await folder.remove();
    await log.close();
  }

  return { url, client, deliver, kept, close };
}

let receiver: Awaited<ReturnType<typeof startReceiver>>;

afterEach(async () => {
  await receiver.close();
  expect(runningPrograms()).toEqual([]);
});

test('events that the document describes have its types, and its status as the answer', async () => {
  const document = await readFile(new URL('openapi.yaml', import.meta.url), 'utf8');
  receiver = await startReceiver({ document, webhooks: byHeader(described.map(({ event }) => event)) });
  for (const { event, field, selection, status, expected } of described) {
    const stream = receiver.client.subscribe(`subscription { ${field} ${selection} }`);
    await untilLive([stream], (id) => receiver.deliver(event, id));
    expect([event, (await receiver.deliver(event, `of-${event}`)).status]).toEqual([event, status]);
    expect(await stream.next()).toEqual({
      data: { [field]: expected },
      extensions: { event: expect.objectContaining({ id: `of-${event}`, type: event, source: 'github' }) },
    });
    await stream.stop();
  }
  // GitHub can be asked to deliver once more.
  const again = await receiver.deliver('label', 'of-label');
  expect([again.status, again.headers.get('sluice-duplicate')]).toEqual([204, 'true']);
});

test('every payload that is described is an event of its type, and another one is not', async () => {
  const webhooks = describedPayloads.map(({ event, operation }) => [event, operation]);
  const document = JSON.stringify({
    openapi: '3.1.0',
    info: { title: "All of GitHub's webhooks", version: '1' },
    webhooks: Object.fromEntries(webhooks) as object,
  });
  const events = describedPayloads.map(({ event }) => event);
  receiver = await startReceiver({ document, webhooks: `${byHeader(events)}naming: source\n` });
  for (const { event, selection, expected } of describedPayloads) {
    const stream = receiver.client.subscribe(`subscription { ${event} ${selection} }`);
    await untilLive([stream], (id) => receiver.deliver(event, id));
    expect((await receiver.deliver(event, `of-${event}`)).status).toBe(202);
    expect(await stream.next()).toEqual({
      data: { [event]: expected },
      extensions: { event: expect.objectContaining({ id: `of-${event}`, type: event, source: 'github' }) },
    });
    await stream.stop();
  }
  // A payload of another event, signed as well.
  const body = githubPayloads.get('ping') ?? Buffer.alloc(0);
  const other = await deliverAsGithub({ url: receiver.url, event: 'label', id: 'of-another', body });
  expect([other.status, other.headers.get('sluice-quarantined')]).toEqual([202, 'true']);
  const kept = (await receiver.kept()).filter(({ id }) => id.startsWith('of-'));
  expect(kept.map(({ id, type, dataJson }) => [id, type, dataJson])).toEqual(
    [...githubPayloads].map(([event, text]) => [`of-${event}`, event, String(text)]),
  );
}, 120_000);

test('where no document describes anything, every payload is kept as it came', async () => {
  receiver = await startReceiver({ document: undescribed, webhooks: '  anything: {}\n' });
  // No service has anything to query, and there is history all the same.
  const asked = receiver.client.subscribe('{ __typename events { edges { cursor } } }');
  expect(await asked.next()).toEqual({ data: { __typename: 'Query', events: { edges: [] } } });
  const stream = receiver.client.subscribe('subscription { anything }');
  await untilLive([stream], (id) => receiver.deliver('ping', id));
  for (const [event, body] of githubPayloads) {
    expect((await receiver.deliver(event, `raw-${event}`)).status).toBe(202);
    expect(await stream.next()).toMatchObject({
      data: { anything: JSON.parse(String(body)) },
      extensions: { event: { id: `raw-${event}`, type: 'anything', source: 'github' } },
    });
  }
  const kept = (await receiver.kept()).filter(({ id }) => id.startsWith('raw-'));
  expect(kept.map(({ id, dataJson }) => [id, dataJson])).toEqual(
    [...githubPayloads].map(([event, body]) => [`raw-${event}`, String(body)]),
  );
});

test('a webhook that is set to forms carries the same payloads', async () => {
  receiver = await startReceiver({ document: undescribed, webhooks: '  anything: { format: form }\n' });
  for (const [event, json] of githubPayloads) {
    const body = Buffer.from(new URLSearchParams({ payload: String(json) }).toString());
    const contentType = 'application/x-www-form-urlencoded';
    const answer = await deliverAsGithub({ url: receiver.url, event, id: event, body, contentType });
    expect(answer.status).toBe(202);
  }
  const kept = await receiver.kept();
  expect(kept.map(({ id, dataJson }) => [id, dataJson])).toEqual(
    [...githubPayloads].map(([event, json]) => [event, String(json)]),
  );
});
