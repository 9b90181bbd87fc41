/** Who may import whom: docs/architecture.md, "The house". */
const only = (name, path, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: allowed },
  to: { path },
});
const room = (name, forbidden, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${name}/` },
  to: { path: `^(${forbidden.join('|')})/` },
});
const elsewhere = '^(node_modules|test|bench)/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: { pathNot: elsewhere },
      to: { couldNotResolve: true },
    },
    room(
      'events',
      ['bin', 'gateway', 'mesh', 'webhooks', 'subgraphs', 'examples'],
      'events imports nothing of ours',
    ),
    room('webhooks', ['bin', 'gateway', 'mesh', 'subgraphs', 'examples'], 'webhooks -> events'),
    room(
      'mesh',
      ['bin', 'gateway', 'webhooks', 'events', 'subgraphs', 'examples'],
      'mesh reads subgraphs/ as files',
    ),
    room('gateway', ['bin', 'subgraphs', 'examples'], 'gateway -> mesh, webhooks, events'),
    room('subgraphs', ['bin', 'gateway', 'mesh', 'webhooks', 'events', 'examples'], 'subgraphs are data'),
    room(
      'examples',
      ['bin', 'gateway', 'mesh', 'webhooks', 'events', 'subgraphs'],
      "examples stand in for a user's own services",
    ),
    only('mesh-has-one-door', 'node_modules/(@graphql-mesh|@omnigraph)/', `${elsewhere}|^mesh/`),
    only(
      'apollo-gateway-has-one-door',
      'node_modules/@apollo/(gateway|query-planner)/',
      `${elsewhere}|^gateway/supergraph/`,
    ),
    only('prom-client-has-one-door', 'node_modules/prom-client/', `${elsewhere}|^gateway/metrics/`),
    only('ioredis-has-one-door', 'node_modules/ioredis/', `${elsewhere}|^events/redis/`),
    only(
      'express-where-a-router-is-mounted',
      'node_modules/express/',
      `${elsewhere}|^examples/|/express\\.ts$|^gateway/http/`,
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
