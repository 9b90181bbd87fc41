/** A client that writes whatever bytes it is given, and reads the answers to them. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** What takes longer has no answer at all. */
const answerMsMax = 5_000;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Request {
  readonly bytes: Buffer;
  /** HEAD is answered without a body. */
  readonly isHead: boolean;
  /** Whether nothing follows these bytes: the sender ends its side. */
  readonly endsThere: boolean;
  /** Whether the connection can serve another request afterwards, as far as the sender knows. */
  readonly isLast: boolean;
}

/** Sends requests to a port; idle connections are used again. */
export function createClient(port: number) {
  const idle: Socket[] = [];

  /** @returns null when the connection was closed without an answer */
  async function send(request: Request): Promise<Answer | null> {
    const socket = idle.pop() ?? (await open(port));
    socket.write(request.bytes);
    if (request.endsThere) socket.end();
    const answer = await readAnswer(socket, request.isHead);
    const isReusable = answer && !request.isLast && !request.endsThere && !socket.closed;
    if (isReusable && answer.headers['connection'] !== 'close') idle.push(socket);
    else socket.destroy();
    return answer;
  }

  function close(): void {
    for (const socket of idle) socket.destroy();
  }

  return { send, close };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  // A reset is a way to be closed.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

function readAnswer(socket: Socket, isHead: boolean): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(
      () => reject(new Error(`No answer within ${answerMsMax} ms to ${text}`)),
      answerMsMax,
    );
    function settle(answer: Answer | null): void {
      clearTimeout(timer);
      socket.off('data', take).off('close', finish);
      resolve(answer);
    }
    function take(chunk: Buffer): void {
      text += chunk.toString('latin1');
      text = text.replace(/^HTTP\/1\.1 1\d\d [^]*?\r\n\r\n/, '');
      const answer = parseAnswer(text, isHead, false);
      if (answer) settle(answer);
    }
    function finish(): void {
      settle(parseAnswer(text, isHead, true));
    }
    socket.on('data', take).on('close', finish);
    if (socket.closed) finish();
  });
}

/** @returns null while something is missing */
function parseAnswer(text: string, isHead: boolean, isClosed: boolean): Answer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const status = Number(statusLine.split(' ')[1]);
  const body = text.slice(end + 4);
  if (headers['transfer-encoding'] === 'chunked' && !isHead) {
    return body.endsWith('0\r\n\r\n') ? { status, headers, body } : null;
  }
  const length = isHead || status === 204 ? 0 : Number(headers['content-length'] ?? Number.POSITIVE_INFINITY);
  if (body.length < length && !isClosed) return null;
  return { status, headers, body: body.slice(0, length) };
}
