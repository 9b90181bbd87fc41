import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that has little room. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves no room on it. */
  readonly fill: () => Promise<void>;
  /** Gives the room back. */
  readonly empty: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Whether this user may mount one. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks();

function mountWorks(): boolean {
  return spawnSync('mount', ['--version']).status === 0;
}

/** Mounts a tmpfs of so many MiB. @throws Error when the system refuses */
export async function mountSmallDisk(mebibytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-disk-'));
  run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
  const ballast = join(path, 'ballast');
  return {
    path,
    async fill() {
      // It is full when a write fails; how much fits is not known before.
      await writeFile(ballast, Buffer.alloc(mebibytes * 1024 * 1024)).catch(() => {});
    },
    empty: () => rm(ballast),
    async close() {
      run('umount', [path]);
      await rm(path, { recursive: true });
    },
  };
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}
