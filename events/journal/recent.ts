/** How long what was drained is kept: after a failover within it nothing is lost that the journal ever took. */
const KEPT_MS = 3600_000;
const PART_MS = 10_000;

/** Bounds what all sources of a journal keep together. */
export interface KeptChars {
  chars: number;
  readonly charsMax: number;
}

/** What was drained and is not forgotten, in parts of some seconds. */
export interface Recent {
  /** Takes note that everything up to an offset is drained, with so many characters more than before. */
  readonly drained: (offset: number, chars: number) => void;
  /** The offset up to which it is old enough, or too much, to be kept; null: nothing is. Such parts are given once. */
  readonly takeOld: () => number | null;
  readonly clear: () => void;
}

interface Part {
  upTo: number;
  chars: number;
  readonly beganMs: number;
}

/** @param now milliseconds since 1970 */
export function createRecent(kept: KeptChars, now: () => number): Recent {
  const parts: Part[] = [];

  function drained(upTo: number, chars: number): void {
    kept.chars += chars;
    const last = parts.at(-1);
    if (last === undefined || now() - last.beganMs >= PART_MS) parts.push({ upTo, chars, beganMs: now() });
    else Object.assign(last, { upTo, chars: last.chars + chars });
  }

  function takeOld(): number | null {
    let upTo: number | null = null;
    for (let [first] = parts; first !== undefined; [first] = parts) {
      const isOld = now() - first.beganMs >= KEPT_MS + PART_MS;
      if (!isOld && kept.chars <= kept.charsMax) return upTo;
      upTo = first.upTo;
      kept.chars -= first.chars;
      parts.shift();
    }
    return upTo;
  }

  function clear(): void {
    for (const { chars } of parts.splice(0)) kept.chars -= chars;
  }

  return { drained, takeOld, clear };
}
