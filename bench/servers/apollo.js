import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

/**
 * Apollo Server over `@apollo/gateway` with the defaults that their users get.
 * @example node bench/servers/apollo.js supergraph.graphql http://127.0.0.1:4001
 */
const [, , supergraphFile, subgraphsUrl] = process.argv;
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(supergraphFile, 'utf8'),
  buildService: ({ name }) => new RemoteGraphQLDataSource({ url: `${subgraphsUrl}/${name}` }),
});
const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
process.send?.({ ready: new URL(url).origin });
