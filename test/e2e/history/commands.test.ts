/** `sluice events` against gateways that run: what is followed and exported is what was appended, whatever comes between. */
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { smallDocument } from '../../mesh/subgraph-folders.ts';
import { runningPrograms, runProgram, startProgram, type RunningProgram } from '../../utils/child-process.ts';
import { eventLogs, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { freePort } from '../../utils/free-port.ts';
import { startGatewayProcess, stopWell, type GatewayProcess } from '../../utils/gateway-process.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { until } from '../../utils/until.ts';
import { send, signedDelivery } from '../../utils/webhook-delivery.ts';

const ADMIN_KEY = 'key-of-the-operators';
const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
const folderOf = (name: string) => ({
  [`${name}/openapi.yaml`]: smallDocument,
  [`${name}/subgraph.yaml`]: `endpoint: http://127.0.0.1:1
prefix: ${name}
webhooks: { orderCreated: { verify: { scheme: standard-webhooks, secret: "${secret}" } } }
`,
});

const untilPrinted = ({ output }: RunningProgram, id: string) =>
  until(`${id} is printed`, async () => output.stdout.includes(`"${id}"`));

describe.each(eventLogs)('with events in $kind', ({ open }) => {
  let log: EventLogUrl;
  let folder: SubgraphsFolder;
  let gateway: GatewayProcess;
  let port: number;
  let files: string;
  const programs: RunningProgram[] = [];

  const start = () =>
    startGatewayProcess({ env: { ADMIN_KEY, SUBGRAPHS_DIR: folder.path }, eventsUrl: log.url, port });

  beforeAll(async () => {
    log = await open();
    port = await freePort();
    folder = await makeSubgraphsFolder({ files: { ...folderOf('shop'), ...folderOf('store') } });
    files = await mkdtemp(join(tmpdir(), 'sluice-export-'));
    gateway = await start();
  });

  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop();
  });

  afterAll(async () => {
    await stopWell(gateway);
    await folder.remove();
    await log.close();
    await rm(files, { recursive: true });
    expect(runningPrograms()).toEqual([]);
  });

  async function deliver(source: string, ...ids: string[]): Promise<void> {
    for (const id of ids) {
      const delivery = signedDelivery({
        gatewayUrl: gateway.url,
        source,
        secret,
        id,
        payload: { id, total: 1 },
      });
      expect((await send(delivery)).status).toBe(202);
    }
  }

  const programOf = (args: readonly string[]) => ({
    args: ['bin/sluice.ts', 'events', ...args],
    env: { ADMIN_KEY, PORT: String(port) },
  });
  const sluice = (...args: string[]) => runProgram(programOf(args));

  function tail(...args: string[]): RunningProgram {
    const program = startProgram(programOf(['tail', ...args]));
    programs.push(program);
    return program;
  }

  interface Line {
    id: string;
    source: string;
    cursor: string;
  }

  const linesOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  const idsOf = (text: string) => linesOf(text).map(({ id }) => id);
  /** Something of now must be printed before it is known that the tail has begun. */
  async function begun(program: RunningProgram, source: string): Promise<void> {
    let attempt = 0;
    await until('tail has begun', async () => {
      await deliver(source, `opening_${programs.length}_${process.hrtime.bigint()}_${(attempt += 1)}`);
      return program.output.stdout.includes('opening_');
    });
  }

  test('tail goes on where it was when the gateway comes back, and ends well on Ctrl-C', async () => {
    const program = tail('shop');
    await begun(program, 'shop');
    await deliver('shop', 'a1', 'a2');
    await untilPrinted(program, 'a2');
    await stopWell(gateway);
    await until('it is noticed', async () => program.output.stderr.includes('trying again'));
    gateway = await start();
    await deliver('shop', 'a3', 'a4');
    await untilPrinted(program, 'a4');
    program.child.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    const ids = idsOf(program.output.stdout).filter((id) => !id.startsWith('opening'));
    expect(ids).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(program.output.stderr).toMatch(/can not be reached: .*; trying again\n.*the gateway is back\n$/s);
  });

  test('tail begins with the oldest, or behind a cursor, of one source or of all', async () => {
    await deliver('shop', 'b1', 'b2', 'b3');
    await deliver('store', 'c1');
    const all = tail('--from', 'beginning');
    await untilPrinted(all, 'b3');
    await untilPrinted(all, 'c1');
    const lines = linesOf(all.output.stdout);
    const { cursor = '' } = lines.find(({ id }) => id === 'b1') ?? {};
    const some = tail('shop', '--from', cursor);
    await untilPrinted(some, 'b3');
    expect(idsOf(some.output.stdout)).toEqual(['b2', 'b3']);
  });

  test('tail ends well when nobody reads on', async () => {
    const command = `${process.execPath} bin/sluice.ts events tail shop --from beginning | head -n 1`;
    const program = startProgram({ ...programOf([]), command: 'sh', args: ['-c', command] });
    // As with any pipe, it is noticed with the next event.
    const ended = program.exited.then(() => true as const);
    await until('it ends', async () => {
      await deliver('shop', `f${process.hrtime.bigint()}`);
      return Promise.race([ended, setTimeout(50, false as const)]);
    });
    expect((await program.exited).code).toBe(0);
    expect([idsOf(program.output.stdout).length, program.output.stderr]).toEqual([1, '']);
  });

  test('an export that was cut off in the middle of a line goes on, and the file is whole', async () => {
    const file = join(files, 'shop.ndjson');
    await deliver('shop', 'd1', 'd2', 'd3');
    const first = await sluice('export', 'shop', '--out', file);
    expect([first.code, first.stderr]).toEqual([0, '']);
    const text = await readFile(file, 'utf8');
    expect(idsOf(text).slice(-3)).toEqual(['d1', 'd2', 'd3']);
    await truncate(file, Buffer.byteLength(text) - 20);
    const again = await sluice('export', 'shop', '--out', file);
    expect([again.code, again.stdout]).toEqual([0, `1 more event in ${file}\n`]);
    expect(await readFile(file, 'utf8')).toBe(text);
    await deliver('shop', 'd4');
    await sluice('export', 'shop', '--out', file);
    expect(idsOf(await readFile(file, 'utf8'))).toEqual([...idsOf(text), 'd4']);
  });

  test('an export of all sources has each, also when only one of them was in the file', async () => {
    const file = join(files, 'all.ndjson');
    await deliver('shop', 'e1');
    await sluice('export', 'shop', '--out', file);
    await deliver('store', 'e2');
    await deliver('shop', 'e3');
    expect((await sluice('export', '--out', file)).code).toBe(0);
    const lines = linesOf(await readFile(file, 'utf8'));
    const of = (source: string) => lines.filter((line) => line.source === source).map(({ id }) => id);
    expect(of('shop').slice(-2)).toEqual(['e1', 'e3']);
    expect(of('store').at(-1)).toBe('e2');
    expect(new Set(lines.map(({ source, id }) => `${source} ${id}`)).size).toBe(lines.length);
  });

  test('a file that is no export is left alone', async () => {
    for (const content of ['{"name": "package"}\n', 'notes', '{"id":1}\n{"id"']) {
      const file = join(files, 'other.txt');
      await writeFile(file, content);
      const { code, stderr } = await sluice('export', 'shop', '--out', file);
      expect([code, stderr]).toEqual([1, expect.stringContaining('is no export of events')]);
      expect(await readFile(file, 'utf8')).toBe(content);
    }
    const file = join(files, 'shop.ndjson');
    await appendFile(file, '\n');
    expect((await sluice('export', 'shop', '--out', file)).code).toBe(1);
  });
});

describe('called wrongly', () => {
  const wrong: readonly { args: readonly string[]; code: number; says: string }[] = [
    { args: [], code: 2, says: 'it takes <action> [source ...]' },
    { args: ['follow'], code: 2, says: 'it takes tail, export' },
    { args: ['export', 'shop'], code: 2, says: '--out' },
    { args: ['export', 'a', 'b', '--out', '/dev/null'], code: 2, says: 'one source' },
    { args: ['export', '--out', 'x', '--from', 'beginning'], code: 2, says: '--from is for tail' },
    { args: ['tail', '--out', 'x'], code: 2, says: '--out is for export' },
    { args: ['tail', '--from', 'abc'], code: 2, says: 'a cursor is of one source' },
    { args: ['tail'], code: 1, says: 'can not be reached' },
    { args: ['export', '--out', '/dev/null'], code: 1, says: 'can not be reached' },
  ];
  test.each(wrong)('$args: $code, $says', async ({ args, code, says }) => {
    const PORT = String(await freePort());
    const ended = await runProgram({
      args: ['bin/sluice.ts', 'events', ...args],
      env: { ADMIN_KEY, PORT },
    });
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toContain(says);
  });
});
