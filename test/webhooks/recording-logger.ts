import type { Logger } from '../../events/logger.ts';

/** A logger that keeps its lines, and calls `onLine` with each. */
export function recordingLogger(onLine: (message: string) => void = () => {}): Logger & { lines: unknown[] } {
  const lines: unknown[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, ...fields });
    onLine(message);
  };
  return { lines, info: write('info'), warn: write('warn'), error: write('error') };
}
