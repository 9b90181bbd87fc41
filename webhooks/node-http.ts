import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../events/logger.ts';
import { registrationsSegment } from './compiled-source.ts';
import { askForBody } from './continue.ts';
import type { DeliveryHeaders } from './delivery.ts';
import { answerDelivery, readBody } from './http-body.ts';
import type { WebhookReceiver } from './receive.ts';

export interface WebhookDoorOptions {
  readonly receiver: Pick<WebhookReceiver, 'receive'>;
  /** Takes every request that is no delivery. */
  readonly next: RequestListener;
  readonly logger: Logger;
  /** Longest time that a body may take to arrive, in milliseconds; later is 408. @default 30000 */
  readonly bodyMsMax?: number | undefined;
}

/**
 * Serves `/webhooks/:source` and `/webhooks/:source/:event` on `node:http`: it stands before whatever else the server
 * does, because a delivery through Express costs more than twice as much. `/webhooks/registrations` is left to `next`.
 */
export function createWebhookDoor(options: WebhookDoorOptions): RequestListener {
  const { receiver, next, logger, bodyMsMax = 30_000 } = options;
  /** Connections that were told to be closed, while the rest of a body is still taken from them. */
  const ended = new WeakSet<Socket>();

  async function deliver(place: Place, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await receiver.receive({
      ...place,
      method: request.method ?? '',
      target: originForm(request.url ?? ''),
      headers: headersOf(request.rawHeaders),
      peer: request.socket.remoteAddress ?? '',
      readBody: (bytesMax) => {
        askForBody(request, response);
        return readBody(request, { bytesMax, bodyMsMax });
      },
    });
    if (!request.complete) ended.add(request.socket);
    await answerDelivery(request, response, answer);
  }

  return (request, response) => {
    // What its sender put behind a body that nobody read gets no answer, so it must not be taken (RFC 9112, section 9.6).
    if (ended.has(request.socket)) {
      request.resume();
      return;
    }
    const place = placeOf(originForm(request.url ?? ''));
    if (!place) {
      askForBody(request, response);
      next(request, response);
      return;
    }
    deliver(place, request, response).catch((error: unknown) => {
      logger.error({ source: place.source, err: error }, 'a webhook delivery could not be answered');
      response.destroy();
    });
  };
}

/** What the path of a URL names. */
interface Place {
  readonly source: string;
  readonly event: string | null;
}

/** No source has that name, so it is answered as every other unknown one. */
const nowhere: Place = { source: '', event: null };
const prefix = '/webhooks/';

/** Path and query of a request target, also where it is a whole URL: a server must take those (RFC 9112, section 3.2.2). */
function originForm(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]+(?=\/)/i, '');
}

/** A path that can't be decoded (`%FF`) names nothing; undefined is no path of deliveries. */
function placeOf(target: string): Place | undefined {
  if (!target.startsWith(prefix)) return undefined;
  const [path = ''] = target.slice(prefix.length).split('?', 1);
  const [source = '', event = null, ...more] = path.replace(/\/$/, '').split('/');
  if (source === registrationsSegment) return undefined;
  if (more.length > 0) return nowhere;
  try {
    return { source: decodeURIComponent(source), event: event === null ? null : decodeURIComponent(event) };
  } catch {
    return nowhere;
  }
}

/** Names in lower case, none joined or dropped: `IncomingMessage.headers` hides that a header was repeated. */
function headersOf(raw: readonly string[]): DeliveryHeaders {
  const headers: Record<string, string | string[]> = Object.create(null) as object as Record<string, string>;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name, value] = [(raw[index] ?? '').toLowerCase(), raw[index + 1] ?? ''];
    const known = headers[name];
    if (known === undefined) headers[name] = value;
    else if (typeof known === 'string') headers[name] = [known, value];
    else known.push(value);
  }
  return headers;
}
