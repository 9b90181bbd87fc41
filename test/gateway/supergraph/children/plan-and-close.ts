/** Plans, closes while a document is worked on, and must then end by itself. */
import { silentLogger } from '../../../../events/logger.ts';
import { startPlanning } from '../../../../gateway/supergraph/planning.ts';
import { doubling, peopleSupergraph } from '../people-supergraph.ts';

const planning = await startPlanning({ ...peopleSupergraph(), logger: silentLogger });
const plan = (source: string) => planning.perform({ kind: 'plan', source, operationName: undefined });
const planned = await plan('{ person(id: 1) { age } }');
const refused = plan(doubling(14));
await planning.close();
process.stdout.write(`${planned.kind}, ${(await refused).kind}\n`);
