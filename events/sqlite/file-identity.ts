import { statSync, type BigIntStats } from 'node:fs';

/** Which file stood at a path, whatever stands there later. */
export interface FileIdentity {
  /** @throws Error when the path leads to nothing, or to another file: what is written would be lost with the old. */
  readonly assertSame: () => void;
}

/** Remembers the file at a path. `:memory:` is always the same. */
export function rememberFile(path: string): FileIdentity {
  if (path === ':memory:') return { assertSame: () => {} };
  const remembered = look(path);
  return {
    assertSame: () => {
      const found = look(path);
      if (found?.ino === remembered?.ino && found?.dev === remembered?.dev) return;
      throw new Error(`its file was ${found === undefined ? 'deleted' : 'replaced'} while it was open`);
    },
  };
}

function look(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
