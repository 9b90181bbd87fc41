/** Real payloads with GitHub's headers: typed events where a document describes them, raw where none does. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { runningPrograms } from '../../utils/child-process.ts';
import { openSqlite, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { startGatewayProcess, stopWell, type GatewayProcess } from '../../utils/gateway-process.ts';
import { untilLive } from '../../utils/live.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';
import { deliverAsGithub, githubPayloads, githubSecret } from './github-delivery.ts';

/** Nothing is asked of GitHub: everything comes from the payloads. */
const yaml = (webhooks: string) => `endpoint: http://127.0.0.1:9
webhookDefaults:
  verify: { scheme: github, secret: '\${GITHUB_WEBHOOK_SECRET}' }
webhooks:
${webhooks}`;

const byHeader = (events: readonly string[]) =>
  events.map((event) => `  ${event}: { match: { header: x-github-event } }\n`).join('');

/** One webhook without a schema takes whatever arrives. */
const undescribed =
  'openapi: 3.1.0\ninfo: { title: Anything, version: "1" }\nwebhooks: { github: { post: {} } }\n';

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

let folder: SubgraphsFolder;
let log: EventLogUrl;
let gateway: GatewayProcess;
let client: WsClient;

beforeAll(async () => {
  log = await openSqlite();
  const document = await readFile(new URL('openapi.yaml', import.meta.url));
  folder = await makeSubgraphsFolder({
    files: {
      'github/openapi.yaml': document,
      'github/subgraph.yaml': yaml(byHeader(described.map(({ event }) => event))),
      'anything/openapi.yaml': undescribed,
      'anything/subgraph.yaml': yaml('  github: {}\n'),
    },
  });
  const env = { GITHUB_WEBHOOK_SECRET: githubSecret, SUBGRAPHS_DIR: folder.path };
  gateway = await startGatewayProcess({ env, eventsUrl: log.url });
  client = await connectWebSocket(gateway.url);
});

afterAll(async () => {
  await client.close();
  await stopWell(gateway);
  await folder.remove();
  await log.close();
  expect(runningPrograms()).toEqual([]);
});

function deliver(source: string, event: string, id?: string): Promise<Response> {
  const body = githubPayloads.get(event) ?? Buffer.alloc(0);
  return deliverAsGithub({ url: `${gateway.url}/webhooks/${source}`, event, body, ...(id && { id }) });
}

describe('an event that the document describes', () => {
  test.each(described)('$event has its type, and the status of the document', async (row) => {
    const { event, field, selection, status, expected } = row;
    const stream = client.subscribe(`subscription { ${field} ${selection} }`);
    await untilLive([stream], (id) => deliver('github', event, id));
    const answer = await deliver('github', event, `of-${event}`);
    expect(answer.status).toBe(status);
    expect(await stream.next()).toEqual({
      data: { [field]: expected },
      extensions: { event: expect.objectContaining({ id: `of-${event}`, type: event, source: 'github' }) },
    });
    await stream.stop();
  });

  test('delivered again by GitHub is the same event', async () => {
    const answers = [await deliver('github', 'label', 'again'), await deliver('github', 'label', 'again')];
    expect(answers.map(({ headers }) => headers.get('sluice-duplicate'))).toEqual([null, 'true']);
  });
});

describe('where no document describes anything', () => {
  test('every payload is kept as it came, and subscribers get it as JSON', async () => {
    const stream = client.subscribe('subscription { github }');
    await untilLive([stream], (id) => deliver('anything', 'ping', id));
    for (const [event, body] of githubPayloads) {
      expect((await deliver('anything', event, `raw-${event}`)).status).toBe(202);
      expect(await stream.next()).toMatchObject({
        data: { github: JSON.parse(String(body)) },
        extensions: { event: { id: `raw-${event}`, type: 'github', source: 'anything' } },
      });
    }
    await stream.stop();
    const reader = await createSqliteEventLog({ path: log.url.replace('sqlite:', '') });
    const kept = (await reader.read('anything', null, 1000)).filter(({ id }) => id.startsWith('raw-'));
    await reader.close();
    expect(kept.map(({ id, dataJson }) => [id, dataJson])).toEqual(
      [...githubPayloads].map(([event, body]) => [`raw-${event}`, String(body)]),
    );
  });
});
