import { json, startRecordingService, type RecordedRequest } from '../../mesh/recording-service.ts';

/** How a subscription service answers; each may be changed while it runs. */
export interface SubscriptionServiceBehaviour {
  /** Answers 503 to everything. */
  isDown: boolean;
  /** Gives the same URL the same id, as it should. */
  isIdempotent: boolean;
  /** Seconds that a subscription lives, as the answer says; undefined: it says nothing. */
  lifeSeconds: number | undefined;
  /** What a `Location` says; undefined: there is none. */
  location: ((id: string) => string) | undefined;
}

/** A REST service that calls back whoever subscribed. It remembers who is subscribed, and what it was asked. */
export async function startSubscriptionService(given: Partial<SubscriptionServiceBehaviour> = {}) {
  const behaviour: SubscriptionServiceBehaviour = {
    isDown: false,
    isIdempotent: true,
    lifeSeconds: undefined,
    location: undefined,
    ...given,
  };
  const subscriptions = new Map<string, string>();
  let made = 0;
  const service = await startRecordingService();

  function subscribe({ body }: RecordedRequest) {
    const { callbackUrl } = JSON.parse(body) as { callbackUrl: string };
    const known = [...subscriptions].find(([, url]) => behaviour.isIdempotent && url === callbackUrl);
    const id = known?.[0] ?? `sub_${(made += 1)}`;
    subscriptions.set(id, callbackUrl);
    return { id, ...(behaviour.lifeSeconds !== undefined && { expiresIn: behaviour.lifeSeconds }) };
  }

  service.answer = (request, response) => {
    const id = decodeURIComponent(/^\/subscriptions\/([^/]+)$/.exec(request.target)?.[1] ?? '');
    if (behaviour.isDown) json({ title: 'Down' }, 503)(request, response);
    else if (request.method === 'POST') {
      const subscription = subscribe(request);
      const location = behaviour.location?.(subscription.id);
      if (location !== undefined) response.setHeader('location', location);
      json(subscription, 201)(request, response);
    } else if (!subscriptions.has(id)) json({ title: 'Not Found' }, 404)(request, response);
    else if (request.method === 'DELETE') {
      subscriptions.delete(id);
      response.writeHead(204).end();
    } else json({ id })(request, response);
  };
  return Object.assign(service, {
    behaviour,
    /** URL by id. */
    subscriptions,
    /** Begins anew, and numbers from one. */
    reset() {
      made = 0;
      subscriptions.clear();
      service.requests.length = 0;
    },
    /** What it was asked, in order: `POST /subscriptions`. */
    asked: () => service.requests.map(({ method, target }) => `${method} ${target}`),
  });
}

export type SubscriptionService = Awaited<ReturnType<typeof startSubscriptionService>>;

/** The document of the service. */
export const subscriptionDocument = `openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
paths:
  /subscriptions:
    post:
      operationId: subscribe
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [callbackUrl], properties: { callbackUrl: { type: string } } }
      responses:
        '201':
          description: Subscribed.
          content:
            application/json:
              schema: { type: object, properties: { id: { type: string }, expiresIn: { type: integer } } }
      callbacks:
        orderCreated:
          '{$request.body#/callbackUrl}':
            post:
              requestBody:
                content:
                  application/json:
                    schema: { type: object, required: [id], properties: { id: { type: string } } }
              responses: { '202': { description: Taken. } }
  /subscriptions/{subscriptionId}:
    parameters:
      - { name: subscriptionId, in: path, required: true, schema: { type: string } }
    get:
      operationId: getSubscription
      responses:
        '200':
          description: It is there.
          content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } }
    delete:
      operationId: unsubscribe
      responses: { '204': { description: It has ended. } }
`;
