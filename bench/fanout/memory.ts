import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerProcess } from '../server-process.ts';
import { median, spread } from '../statistics.ts';
import { gatherAudience, startRunner } from './audience.ts';
import { contenders, type Contender } from './contenders.ts';
import type { MemoryResult } from './report.ts';

export interface MemoryOptions {
  sockets: number;
  rounds: number;
  /** For what the contenders write. */
  folder: string;
  /** See {@link Contender.delivery}. */
  extensions: string;
}

/** Subscribers before the memory is read for the first time, so that code is compiled and pools are filled. */
const warmingSockets = 100;

interface Memory {
  rssBytes: number;
  heapBytes: number;
}

/** What one more idle subscription takes. Each round has processes of its own, which nothing was freed in before. */
export async function measureMemory(options: MemoryOptions): Promise<readonly MemoryResult[]> {
  const { sockets, rounds, folder } = options;
  const measured = contenders.map((): Memory[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const scratch = join(folder, `memory-${sockets}-${round}-${index}`);
      await mkdir(scratch);
      measured[index]?.push(await measureOnce(contender, scratch, options));
    }
  }
  return contenders.map(({ name }, index) => {
    const own = measured[index] ?? [];
    const rss = own.map(({ rssBytes }) => rssBytes);
    return {
      sockets,
      contender: name,
      rssBytes: median(rss),
      rssSpread: spread(rss),
      heapBytes: median(own.map(({ heapBytes }) => heapBytes)),
    };
  });
}

async function measureOnce(
  contender: Contender,
  folder: string,
  { sockets, extensions }: MemoryOptions,
): Promise<Memory> {
  const runner = await startRunner(contender, folder);
  try {
    const warming = await gatherAudience(runner, warmingSockets, extensions);
    const before = await readMemory(runner.server);
    const audience = await gatherAudience(runner, sockets, extensions);
    const after = await readMemory(runner.server);
    await audience.close();
    await warming.close();
    return {
      rssBytes: (after.rssBytes - before.rssBytes) / sockets,
      heapBytes: (after.heapBytes - before.heapBytes) / sockets,
    };
  } finally {
    await runner.server.stop();
  }
}

/** What is freed by finalizers is garbage for the second collection. */
async function readMemory(server: ServerProcess): Promise<Memory> {
  await server.heapBytes(true);
  const heapBytes = await server.heapBytes(true);
  const { rssBytes } = await server.usage();
  return { rssBytes, heapBytes };
}
