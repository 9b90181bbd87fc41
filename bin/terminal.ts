import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes. */
export interface Terminal {
  print: (line: string) => void;
  /** Text in a colour, where standard output is a terminal and NO_COLOR is not set. */
  styled: (style: Style, text: string) => string;
  /** Shows what is going on, in one line that the next one takes; only where standard error is a terminal. */
  progress: (step: string) => void;
  /** Takes the line of progress away. */
  done: () => void;
}

/** `1 event`, `2 events`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Rows as lines whose cells stand below each other. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Text of a stranger with its control characters shown: a terminal would obey them. */
export function harmless(text: string): string {
  return text.replace(
    /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** The terminal of this process. */
export function createTerminal(): Terminal {
  const { stdout, stderr } = process;
  let isShown = false;
  const clear = () => {
    if (isShown) stderr.write('\r\u001B[K');
    isShown = false;
  };
  return {
    print: (line) => {
      clear();
      stdout.write(`${line}\n`);
    },
    // It knows NO_COLOR and whether the stream is a terminal.
    styled: (style, text) => styleText(style, text, { stream: stdout }),
    progress: (step) => {
      if (!stderr.isTTY) return;
      clear();
      stderr.write(`${step} …`);
      isShown = true;
    },
    done: clear,
  };
}
