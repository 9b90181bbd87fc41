import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { within } from './until.ts';

/** One answer of an HTTP server, as it came over a socket. */
export interface RawAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** A connection on which a test writes its own bytes. */
export interface RawConnection {
  readonly socket: Socket;
  /** Resolves with the next answer; undefined when the server has closed the connection before. */
  next(): Promise<RawAnswer | undefined>;
}

export async function openRawConnection(url: string): Promise<RawConnection> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let received = '';
  let isClosed = false;
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    change();
  });
  socket.on('close', () => {
    isClosed = true;
    change();
  });
  async function read(): Promise<RawAnswer | undefined> {
    for (;;) {
      const taken = takeAnswer(received);
      if (taken) received = taken.rest;
      // An interim answer is none.
      if (taken && taken.answer.status !== 100) return taken.answer;
      if (!taken && isClosed) return undefined;
      if (!taken) await changed.promise;
    }
  }
  return { socket, next: () => within('an answer comes', read()) };
}

/** Writes one after the other, and reads as many answers as are wanted, or fewer when the server closes the connection. */
export async function exchangeRaw(
  url: string,
  pieces: readonly (string | Buffer)[],
  count = 1,
): Promise<RawAnswer[]> {
  const connection = await openRawConnection(url);
  for (const piece of pieces) connection.socket.write(piece);
  const answers: RawAnswer[] = [];
  for (let answer; answers.length < count && (answer = await connection.next());) answers.push(answer);
  connection.socket.destroy();
  return answers;
}

/** Takes a whole answer from the front of what came; undefined when it is not whole yet. */
function takeAnswer(text: string): { answer: RawAnswer; rest: string } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const after = text.slice(end + 4);
  const length =
    headers['transfer-encoding'] === 'chunked' ? undefined : Number(headers['content-length'] ?? 0);
  const bodyEnd = length ?? chunksEnd(after);
  if (bodyEnd === undefined || after.length < bodyEnd) return undefined;
  const body = Buffer.from(after.slice(0, bodyEnd), 'latin1').toString('utf8');
  const answer = { status: Number(first.split(' ')[1]), headers, body };
  return { answer, rest: after.slice(bodyEnd) };
}

function chunksEnd(text: string): number | undefined {
  const found = /(?:^|\r\n)0\r\n\r\n/.exec(text);
  return found ? found.index + found[0].length : undefined;
}
