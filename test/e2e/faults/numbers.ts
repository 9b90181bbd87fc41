import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';

/** The source of the numbered events. */
export const source = 'counter';

/** Key of the counter's deliveries. */
export const secret = `whsec_${Buffer.from('the key of a counter in a test').toString('base64')}`;

export const subscription = 'subscription ($after: EventCursor) { numberReached(after: $after) { number } }';

const openapi = `openapi: 3.1.0
info: { title: Counter, version: 1.0.0 }
webhooks:
  numberReached:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [number]
              properties: { number: { type: integer } }
      responses: { '202': { description: Taken. } }
`;

/** A folder with one service that only counts. @param more lines of its subgraph.yaml @default none */
export function makeCounterFolder(more = ''): Promise<SubgraphsFolder> {
  const yaml = `webhookDefaults: { verify: { scheme: standard-webhooks, secret: '${secret}' } }\n${more}`;
  return makeSubgraphsFolder({
    files: {
      [`${source}/openapi.yaml`]: openapi,
      [`${source}/subgraph.yaml`]: `${yaml}webhooks: { numberReached: {} }\n`,
    },
  });
}
