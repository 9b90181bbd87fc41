import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenReady } from '../ready.ts';
import { secret } from './delivery.ts';

/**
 * The limit: `node:http`, an HMAC over id, time and body, `JSON.parse`. It looks at no time and no size, validates nothing,
 * knows no duplicates and keeps nothing.
 */
const key = Buffer.from(secret.slice('whsec_'.length), 'base64');

function receive(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const isGood = isSigned(request, body) && isObject(JSON.parse(body.toString()));
    response.writeHead(isGood ? 202 : 401, { 'content-length': 0 }).end();
  });
}

function isSigned({ headers }: IncomingMessage, body: Buffer): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.`;
  const expected = Buffer.from(
    `v1,${createHmac('sha256', key).update(signed).update(body).digest('base64')}`,
  );
  const given = Buffer.from(String(headers['webhook-signature']));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isObject(json: unknown): boolean {
  return typeof json === 'object' && json !== null;
}

listenReady(createServer(receive));
