/** A public OpenAPI 3.1 document that nobody here wrote, added as a folder: no line of it is changed. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runningPrograms, runProgram } from '../../utils/child-process.ts';
import { openSqlite, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { startExampleProcesses } from '../../utils/example-processes.ts';
import { startGatewayProcess, stopWell, type GatewayProcess } from '../../utils/gateway-process.ts';
import { untilLive } from '../../utils/live.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { send, signedDelivery } from '../../utils/webhook-delivery.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';
import { museumDocument, startMuseumService, type MuseumService } from './museum-service.ts';
import { operationCases } from './operations.ts';

const subgraphYaml = `endpoint: \${MUSEUM_URL}
entities:
  SpecialEvent: { key: eventId, resolve: { operation: getSpecialEvent, argument: eventId } }
webhooks:
  publishNewEvent:
    entity: SpecialEvent
    verify: { scheme: standard-webhooks, secret: '\${MUSEUM_WEBHOOK_SECRET}' }
    subject: /eventId
`;
const secret = `whsec_${Buffer.from('the secret of the museum').toString('base64')}`;

const scalar = (name: string) => ({ kind: 'SCALAR', name, ofType: null });
const required = (name: string, of: object) => ({
  name,
  type: { kind: 'NON_NULL', name: null, ofType: expect.objectContaining(of) },
});

let museum: MuseumService;
let files: Record<string, string | Buffer>;
let log: EventLogUrl;

beforeAll(async () => {
  museum = await startMuseumService();
  log = await openSqlite();
  files = { 'museum/openapi.yaml': await readFile(museumDocument), 'museum/subgraph.yaml': subgraphYaml };
});

afterAll(async () => {
  await log.close();
  await museum.close();
  expect(runningPrograms()).toEqual([]);
});

const museumEnv = () => ({ MUSEUM_URL: museum.url, MUSEUM_WEBHOOK_SECRET: secret });

describe('the museum alone', () => {
  let folder: SubgraphsFolder;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    folder = await makeSubgraphsFolder({ files });
    const env = { ...museumEnv(), SUBGRAPHS_DIR: folder.path };
    gateway = await startGatewayProcess({ env, eventsUrl: log.url });
  });

  afterAll(async () => {
    await stopWell(gateway);
    await folder.remove();
  });

  test.each(operationCases)('$field answers', async (operation) => {
    const { field, query, variables, request, expected } = operation;
    const result = await gateway.query(query, variables);
    expect(result).toEqual({ data: { [field]: expected(museum.examples) } });
    expect(museum.takeRequests()).toEqual([request]);
  });

  const specialEvent = { eventId: '6744a0da-4121-49cd-8479-f8cc20526495' };
  const publish = (fields: Readonly<Record<string, unknown>>, id: string) => {
    const example = museum.examples['GetSpecialEventResponseExample'] as object;
    const payload = { ...example, ...fields };
    return send(signedDelivery({ gatewayUrl: gateway.url, source: 'museum', secret, payload, id }));
  };

  test('a signed delivery of its webhook arrives as a typed event', async () => {
    const client = await connectWebSocket(gateway.url);
    const stream = client.subscribe(
      'subscription { publishNewEvent { __typename eventId name location eventDescription dates price } }',
    );
    await untilLive([stream], (id) => publish({}, id));
    museum.takeRequests();
    const answer = await publish({ name: 'Night at the Museum', price: 12.5 }, 'msg_night');
    // The document says that a received event is answered with 202.
    expect(answer.status).toBe(202);
    expect(await stream.next()).toEqual({
      data: {
        publishNewEvent: {
          __typename: 'SpecialEvent',
          ...specialEvent,
          name: 'Night at the Museum',
          location: 'Temporal Tearoom',
          eventDescription: 'Sip tea with important historical figures.',
          dates: ['2023-11-18', '2023-11-25', '2023-12-02'],
          price: 12.5,
        },
      },
      extensions: {
        event: expect.objectContaining({ id: 'msg_night', type: 'publishNewEvent', source: 'museum' }),
      },
    });
    expect(museum.takeRequests()).toEqual([]);
    await client.close();
  });

  test('a delivery that breaks the schema of the document is kept back', async () => {
    const answer = await publish({ price: 'much' }, 'msg_much');
    expect(answer.ok).toBe(true);
    expect(answer.headers.get('sluice-quarantined')).toBe('true');
  });

  test('its event has the type of the document', async () => {
    const type = 'type { kind name ofType { kind name ofType { kind name } } }';
    const { data } = await gateway.query(`{
      __schema { subscriptionType { fields { name ${type} } } }
      __type(name: "SpecialEvent") { fields { name ${type} } }
    }`);
    expect(data).toEqual({
      __schema: {
        subscriptionType: {
          fields: [{ name: 'publishNewEvent', type: { kind: 'OBJECT', name: 'SpecialEvent', ofType: null } }],
        },
      },
      __type: {
        fields: [
          { name: 'eventId', type: scalar('ID') },
          required('name', scalar('String')),
          required('location', scalar('String')),
          required('eventDescription', scalar('String')),
          required('dates', { kind: 'LIST', ofType: { kind: 'SCALAR', name: 'Date' } }),
          required('price', scalar('Float')),
        ],
      },
    });
  });
});

test('it composes with the five others', async () => {
  const five = ['customers', 'inventory', 'loyalty', 'orders', 'payments'];
  const folder = await makeSubgraphsFolder({ of: five, files });
  const services = await startExampleProcesses();
  const env = { ...services.gatewayEnv, ...museumEnv(), SUBGRAPHS_DIR: folder.path };

  const check = await runProgram({ args: ['bin/sluice.ts', 'check'], env });
  expect([check.code, check.stderr]).toEqual([0, '']);
  expect(check.stdout).toContain('The 6 subgraphs compose; subscriptions: ');

  const gateway = await startGatewayProcess({ env, eventsUrl: log.url });
  const { data, errors } = await gateway.query(
    '{ museumHours { date } order(orderId: "ord_1001") { id customer { loyaltyPoints } } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    museumHours: expect.arrayContaining([{ date: '2023-09-11' }]),
    order: { id: 'ord_1001', customer: { loyaltyPoints: 1200 } },
  });
  await stopWell(gateway);
  await services.stop();
  await folder.remove();
});
