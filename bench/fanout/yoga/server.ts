import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { listenReady } from '../../ready.ts';
import type { orderEvent } from '../order.ts';

/**
 * graphql-yoga with graphql-ws and `ws`, put together as their documentation shows, on Yoga's own in-memory pub/sub. What
 * is POSTed to `/events` is published as it is: no signature is verified, nothing is kept.
 */
type OrderEvent = ReturnType<typeof orderEvent>;

const pubSub = createPubSub<{ orderCreated: [OrderEvent] }>();
const schema = createSchema({
  typeDefs: /* GraphQL */ `
    type Query {
      order(id: ID!): Order
    }
    type Subscription {
      orderCreated: Order!
    }
    type Order {
      id: ID!
      customerId: ID!
      status: String!
      total: Float!
      currency: String!
      lines: [OrderLine!]!
      note: String!
      createdAt: String!
    }
    type OrderLine {
      sku: String!
      quantity: Int!
      unitPrice: Float!
    }
  `,
  resolvers: {
    Subscription: {
      orderCreated: {
        subscribe: () => pubSub.subscribe('orderCreated'),
        resolve: (event: OrderEvent) => event,
      },
    },
  },
});
const yoga = createYoga({ schema, graphiql: { subscriptionsProtocol: 'WS' } });

async function publish(request: IncomingMessage, response: ServerResponse): Promise<void> {
  pubSub.publish('orderCreated', (await json(request)) as OrderEvent);
  response.writeHead(202).end();
}

const server = createServer((request, response) => {
  void (request.url === '/events' ? publish(request, response) : yoga(request, response));
});

/** What Yoga and its plugins execute with, carried from `onSubscribe` to `execute` and `subscribe`. */
type Enveloped = Pick<ReturnType<typeof yoga.getEnveloped>, 'execute' | 'subscribe'>;

const enveloped = ({ rootValue }: ExecutionArgs) => rootValue as Enveloped;
useServer(
  {
    execute: (args) => enveloped(args).execute(args),
    subscribe: (args) => enveloped(args).subscribe(args),
    onSubscribe: async (context, _id, params) => {
      const { request: req, socket } = context.extra;
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req,
        socket,
        params,
      });
      const document = parse(params.query);
      const errors = validate(schema, document);
      if (errors.length > 0) return errors;
      return {
        schema,
        document,
        operationName: params.operationName,
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);
listenReady(server);
