import type { IncomingMessage } from 'node:http';

/**
 * Reads a body as UTF-8 text. Calls back once, and never when the client leaves before its end. What comes above the limit
 * is thrown away, so that the client can read its answer and use the connection again.
 * @param done gets the text, or undefined when there are more than `bytesMax` bytes
 */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  done: (text: string | undefined) => void,
): void {
  const declared = Number(request.headers['content-length'] ?? 0);
  let chunks: Buffer[] | undefined = [];
  let bytes = 0;
  const refuse = (): void => {
    chunks = undefined;
    done(undefined);
  };
  request.on('data', (chunk: Buffer) => {
    if (!chunks) return;
    bytes += chunk.length;
    if (bytes > bytesMax) refuse();
    else chunks.push(chunk);
  });
  request.on('end', () => {
    if (chunks) done(textOf(chunks));
  });
  if (declared > bytesMax) refuse();
}

function textOf([first, ...more]: readonly Buffer[]): string {
  if (!first) return '';
  const text = (more.length === 0 ? first : Buffer.concat([first, ...more])).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
