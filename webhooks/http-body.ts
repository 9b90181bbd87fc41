import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebhookAnswer } from './receive.ts';

/** How much of a body that nobody wants is still taken, and for how long, so that its sender can read the answer. */
export const [lingerBytesMax, lingerMs] = [4 * 1024 * 1024, 2_000];

/**
 * Reads a request body, counting as it streams. Stops at the first chunk that goes above `bytesMax`, and reads
 * nothing when `content-length` is above it: the receiver refuses both.
 * @returns the bytes read, or null when the sender went away.
 */
export async function readBody({
  request,
  bytesMax,
}: {
  request: IncomingMessage;
  bytesMax: number;
}): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (bytesMax < 0 || Number(request.headers['content-length'] ?? 0) > bytesMax) return Buffer.alloc(0);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > bytesMax) break;
    }
  } catch {
    return null;
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes);
}

/**
 * Writes an answer. When a part of the body was left unread the connection can't be used again, and closing it at
 * once would reset it before the sender has read the answer (RFC 9112, section 9.6): the rest is taken and thrown
 * away first, within limits.
 */
export async function answerDelivery({
  request,
  response,
  answer: { status, headers, body },
}: {
  request: IncomingMessage;
  response: ServerResponse;
  answer: WebhookAnswer;
}): Promise<void> {
  const text = body === null ? '' : JSON.stringify(body);
  const isRead = request.complete;
  response.writeHead(status, {
    ...headers,
    ...(body && { 'content-type': 'application/problem+json' }),
    ...(status !== 204 && { 'content-length': Buffer.byteLength(text) }),
    ...(!isRead && { connection: 'close' }),
  });
  if (isRead) {
    response.end(text);
    return;
  }
  response.write(text);
  await discardRest(request);
  response.end();
}

/** Resolves when the rest of the body was taken, the sender is gone, or a limit is reached. Never rejects. */
function discardRest(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(finish, lingerMs);
    function finish(): void {
      clearTimeout(timer);
      request.off('data', count);
      resolve();
    }
    function count(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > lingerBytesMax) finish();
    }
    request.on('data', count).once('end', finish).once('error', finish).once('close', finish);
  });
}
