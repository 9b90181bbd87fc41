import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebhookAnswer } from './answer.ts';
import { type Refusal, refusal } from './problem.ts';

/** How much of a body that nobody wants is still taken, and for how long, so that its sender can read the answer. */
export const [lingerBytesMax, lingerMs] = [4 * 1024 * 1024, 2_000];

/** Chunks that are held before they become one: each costs some hundred bytes, though it may bring one. */
const looseChunksMax = 256;

/**
 * Reads a request body, counting as it streams. Stops at the first chunk that goes above `bytesMax`.
 * @param bodyMsMax how long the whole body may take from now on; one that arrives byte by byte gets no more
 * @returns the bytes read; WEBHOOK_BODY_LATE, or WEBHOOK_BODY_INCOMPLETE when the sender went away
 */
export function readBody(
  request: IncomingMessage,
  { bytesMax, bodyMsMax }: { bytesMax: number; bodyMsMax: number },
): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let loose: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => settle(refusal('WEBHOOK_BODY_LATE')), bodyMsMax);
    const take = (chunk: Buffer): void => {
      loose.push(chunk);
      bytes += chunk.length;
      if (loose.length === looseChunksMax) {
        chunks.push(Buffer.concat(loose));
        loose = [];
      }
      if (bytes > bytesMax) finish();
    };
    const finish = (): void => {
      const all = [...chunks, ...loose];
      settle(all.length === 1 && all[0] ? all[0] : Buffer.concat(all, bytes));
    };
    const leave = (): void => settle(refusal('WEBHOOK_BODY_INCOMPLETE'));
    function settle(result: Buffer | Refusal): void {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('close', leave).pause();
      resolve(result);
    }
    request.on('data', take).on('end', finish).on('close', leave);
  });
}

/**
 * Writes an answer. When a part of the body was left unread the connection can't be used again, and closing it at
 * once would reset it before the sender has read the answer (RFC 9112, section 9.6): the rest is taken and thrown
 * away first, within limits. A sender that was too slow before is not waited for.
 */
export async function answerDelivery(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: WebhookAnswer,
): Promise<void> {
  const text = body ?? '';
  const isRead = request.complete;
  response.writeHead(status, {
    ...headers,
    ...(status !== 204 && { 'content-length': Buffer.byteLength(text) }),
    ...(!isRead && { connection: 'close' }),
  });
  if (!isRead && status !== 408) {
    response.write(text);
    await discardRest(request);
    response.end();
  } else {
    response.end(text);
  }
}

/** Resolves when the rest of the body was taken, the sender is gone, or a limit is reached. Never rejects. */
function discardRest(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(finish, lingerMs);
    function finish(): void {
      clearTimeout(timer);
      request.off('data', count).off('end', finish).off('close', finish);
      resolve();
    }
    function count(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > lingerBytesMax) finish();
    }
    if (request.destroyed) finish();
    else request.on('data', count).on('end', finish).on('close', finish).resume();
  });
}
