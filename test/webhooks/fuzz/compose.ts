/** A recipe as the bytes that are sent. */
import { sign } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { WebhookEvent } from '../../../webhooks/source.ts';
import { createSigner, signedUrl } from '../../../webhooks/verification/signing.ts';
import type { SignerInput } from '../../../webhooks/verification/verifier.ts';
import type { Request } from './connection.ts';
import type { BodyRecipe, Change, Framing, GarbleChange, HeaderChange, Recipe } from './recipe.ts';
import type { Head } from './signature-oracle.ts';
import { type WhichSecret, keyPairOf, publicUrl, signingConfig, sources } from './sources.ts';

/** What is sent: the head as it is on the wire, without what frames the body. */
export interface Sent extends Head {
  readonly body: Buffer;
  readonly framing: Framing;
}

type Headers = (readonly [name: string, value: string])[];

const codings = {
  gzip: (bytes: Buffer) => gzipSync(bytes),
  deflate: (bytes: Buffer) => deflateSync(bytes),
  br: (bytes: Buffer) => brotliCompressSync(bytes),
  zstd: (bytes: Buffer) => zstdCompressSync(bytes),
};

/** Writes a delivery as an honest sender does, and then does to it what its recipe says. */
export function compose(recipe: Recipe, nowMs: number): Sent {
  const source = sources.find(({ name }) => name === recipe.source);
  const event = source?.events[recipe.event % source.events.length];
  if (!event) throw new Error(`No event of ${recipe.source}`);
  const { plain, contentType, attributes } = writeBody(recipe, event);
  const coded = recipe.body.codings.reduce((bytes, coding) => codings[coding](bytes), plain);
  const body = recipe.body.isSignedWhenCoded ? coded : plain;
  const path = `/webhooks/${recipe.source}${recipe.isOnOwnRoute ? `/${event.name}` : ''}`;
  const url = signedUrl(event.verify, { url: `${publicUrl}${path}`, body, contentType });
  const sentMs = nowMs - recipe.ageSeconds * 1000;
  const signature = signed(event, recipe.secret, { body, id: recipe.id, nowMs: sentMs, url, contentType });
  const saidCoding = recipe.body.saidCoding ?? recipe.body.codings.join(', ');
  const headers: Headers = [
    ...Object.entries(signature),
    ['content-type', contentType],
    ...(saidCoding === '' ? [] : ([['content-encoding', saidCoding]] as const)),
    ...attributes,
    ['host', '127.0.0.1'],
  ];
  const sent: Sent = {
    method: 'POST',
    target: url.slice(publicUrl.length),
    headers,
    body: coded,
    framing: recipe.framing,
  };
  return recipe.changes.reduce(changed, sent);
}

function signed({ verify }: WebhookEvent, which: WhichSecret, input: SignerInput): Record<string, string> {
  const pair = keyPairOf(verify, which);
  try {
    if (!pair) return createSigner(signingConfig(verify, which))(input);
  } catch {
    // Twilio has no signature for a form that is none.
    return {};
  }
  const timestamp = String(Math.floor(input.nowMs / 1000));
  const message = Buffer.concat([Buffer.from(`${input.id}.${timestamp}.`, 'latin1'), input.body]);
  const code = sign(null, message, pair.privateKey).toString('base64');
  return {
    'webhook-id': input.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1a,${code}`,
  };
}

interface Written {
  readonly plain: Buffer;
  readonly contentType: string;
  /** Headers that say what the body is. */
  readonly attributes: Headers;
}

/** The body in the format of its event, without its content coding. */
function writeBody({ body, id }: Recipe, { name, format }: WebhookEvent): Written {
  const { content } = body;
  if (content.kind !== 'fields') {
    const plain = content.kind === 'text' ? Buffer.from(content.text) : Buffer.from(content.bytes);
    if (format === 'cloudevents') return writeCloudEvent(body.mode, plain, { id, type: name });
    const attributes: Headers = [['x-github-event', name]];
    return { plain, contentType: format === 'form' ? formType : 'application/json', attributes };
  }
  const fields = { id, event_id: id, ...content.fields };
  const type = textOf(content.fields['type']);
  const json = Buffer.from(JSON.stringify(fields));
  if (format === 'cloudevents') {
    return writeCloudEvent(body.mode, json, { id, type: /^[a-z]+$/.test(type) ? type : name });
  }
  if (format === 'form') {
    const pairs = Object.entries(fields).map(([key, value]) => [key, textOf(value)]);
    const form = new URLSearchParams(pairs).toString();
    return { plain: Buffer.from(form), contentType: formType, attributes: [] };
  }
  const attributes: Headers = /^[a-z]+$/.test(type) ? [['x-github-event', type]] : [];
  return { plain: json, contentType: 'application/json', attributes };
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed();
}

const formType = 'application/x-www-form-urlencoded';

function writeCloudEvent(
  mode: BodyRecipe['mode'],
  data: Buffer,
  { id, type }: { id: string; type: string },
): Written {
  const given = { specversion: '1.0', id, source: '/made-up', type };
  if (mode === 'binary') {
    const attributes = Object.entries(given).map(([name, value]) => [`ce-${name}`, value] as const);
    return { plain: data, contentType: 'application/json', attributes };
  }
  const text = JSON.stringify(given).slice(0, -1);
  const asText = Buffer.concat([Buffer.from(`${text},"data":`), data, Buffer.from('}')]);
  const structured = 'application/cloudevents+json';
  if (mode === 'structured') return { plain: asText, contentType: structured, attributes: [] };
  const asBase64 = Buffer.from(`${text},"data_base64":"${data.toString('base64')}"}`);
  if (mode === 'base64') return { plain: asBase64, contentType: structured, attributes: [] };
  const other = Buffer.from(JSON.stringify({ ...given, id: `${id}2`, data: { total: 1 } }));
  const items = Buffer.concat([Buffer.from('['), asText, Buffer.from(','), other, Buffer.from(']')]);
  return { plain: items, contentType: 'application/cloudevents-batch+json', attributes: [] };
}

function changed(sent: Sent, change: Change): Sent {
  const { headers, body } = sent;
  switch (change.kind) {
    case 'flip': {
      const bytes = Buffer.from(body);
      const at = change.at % Math.max(1, bytes.length);
      if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << change.bit);
      return { ...sent, body: bytes };
    }
    case 'cut':
      return { ...sent, body: body.subarray(0, Math.max(0, body.length - change.bytes)) };
    case 'add':
      return { ...sent, body: Buffer.concat([body, Buffer.alloc(change.bytes, ' ')]) };
    case 'method':
      return { ...sent, method: change.text };
    case 'target':
      return { ...sent, target: change.text };
    case 'set': {
      const others = headers.filter(([name]) => name !== change.name);
      return { ...sent, headers: [...others, [change.name, change.value]] };
    }
    default:
      return { ...sent, headers: changedHeaders(headers, change) };
  }
}

function changedHeaders(headers: Head['headers'], change: HeaderChange | GarbleChange): Headers {
  const at = change.header % headers.length;
  return headers.flatMap(([name, value], index): Headers => {
    if (index !== at) return [[name, value]];
    if (change.kind === 'garble') {
      const from = change.at % (value.length + 1);
      return [[name, `${value.slice(0, from)}${change.text}${value.slice(from + change.length)}`]];
    }
    if (change.kind === 'drop') return [];
    if (change.kind === 'upper-case') return [[name.toUpperCase(), value]];
    return [
      [name, value],
      [name, value],
    ];
  });
}

/** Frames a delivery as HTTP/1.1. */
export function requestOf({ method, target, headers, body, framing }: Sent): Request {
  const { lines, bytes } = framed(body, framing);
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...lines,
  ];
  return {
    bytes: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]),
    isHead: method === 'HEAD',
    endsThere: framing === 'too short for its length',
    isLast: !['length', 'chunked', 'none'].includes(framing),
  };
}

const chunks = ['transfer-encoding: chunked'];
const length = (count: number) => [`content-length: ${count}`];

/** The body, and the lines that say where it ends. */
function framed(body: Buffer, framing: Framing): { lines: string[]; bytes: Buffer } {
  switch (framing) {
    case 'length':
      return { lines: length(body.length), bytes: body };
    case 'chunked':
      return { lines: chunks, bytes: chunked(body) };
    case 'none':
      return { lines: [], bytes: Buffer.alloc(0) };
    case 'too long for its length':
      return { lines: length(Math.max(0, body.length - 3)), bytes: body };
    case 'too short for its length':
    case 'stalled':
      return { lines: length(body.length + 3), bytes: body };
    case 'boasted length':
      return { lines: length(10_000_000), bytes: body };
    case 'length and chunks':
      return { lines: [...length(body.length), ...chunks], bytes: chunked(body) };
    case 'two lengths':
      return { lines: [...length(body.length), ...length(body.length + 1)], bytes: body };
    default:
      return { lines: chunks, bytes: Buffer.concat([Buffer.from('zz\r\n'), body]) };
  }
}

function chunked(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let from = 0; from < body.length; from += 100) {
    const piece = body.subarray(from, from + 100);
    pieces.push(Buffer.from(`${piece.length.toString(16)};x=1\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}
