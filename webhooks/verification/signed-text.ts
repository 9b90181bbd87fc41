import { type DeliveryHeaders, singleHeader } from '../delivery.ts';
import type { SignedParts } from './mac.ts';

/** What a delivery gives to a signed text. */
interface SignedTextInput {
  readonly headers: DeliveryHeaders;
  readonly body: Buffer;
  readonly target: string;
}

/** The pieces that are signed; null when a header is missing or repeated, or an id could be split elsewhere. */
export type SignedText = (input: SignedTextInput) => SignedParts | null;

type Part = string | Buffer;
type Place = (input: SignedTextInput) => Part | null;

/**
 * Compiles a text with places, such as `{id}.{timestamp}.{body}`: `{body}` (raw bytes), `{id}` and `{timestamp}` (of
 * their headers), `{method}`, `{target}` (path and query) and `{header:x-name}`. All else stands for itself.
 *
 * As in Standard Webhooks, an id must not hold the text that follows it: `1` and `.2.…` could be signed as `1.2` too.
 *
 * @throws Error when the body is not signed, a place is unknown, or id or timestamp are signed without their header
 * being known, or the other way round
 */
export function compileSignedText({
  signed = '{body}',
  idHeader,
  timestampHeader,
}: {
  signed?: string | undefined;
  idHeader?: string | undefined;
  timestampHeader?: string | undefined;
}): SignedText {
  const problem = signedTextProblem({ signed, idHeader, timestampHeader });
  if (problem !== undefined) throw new Error(`"signed" ${problem}`);
  const pieces = signed.split(/(\{[^{}]*\})/).filter((piece) => piece !== '');
  const places = pieces.map((piece, index) => {
    if (piece === '{id}') return idPlace(idHeader ?? '', pieces[index + 1]);
    if (piece === '{timestamp}') return headerPlace(timestampHeader ?? '');
    return placeOf(piece);
  });
  return (input) => {
    const parts: Part[] = [];
    for (const place of places) {
      const part = place(input);
      if (part === null) return null;
      parts.push(part);
    }
    return parts;
  };
}

function signedTextProblem({
  signed,
  idHeader,
  timestampHeader,
}: {
  signed: string;
  idHeader?: string | undefined;
  timestampHeader?: string | undefined;
}): string | undefined {
  if (!signed.includes('{body}')) return 'must hold {body}: otherwise anybody could change it';
  if (signed.includes('{id}') && idHeader === undefined) return 'holds {id}, so idHeader is needed';
  if (signed.includes('{timestamp}') !== (timestampHeader !== undefined)) {
    return 'must hold {timestamp} when there is a timestampHeader, and only then';
  }
  return undefined;
}

function placeOf(piece: string): Place {
  if (piece === '{body}') return ({ body }) => body;
  if (piece === '{target}') return ({ target }) => target;
  // No other method gets as far as a signature.
  if (piece === '{method}') return () => 'POST';
  const header = /^\{header:(.+)\}$/.exec(piece)?.[1];
  if (header !== undefined) return headerPlace(header);
  if (/^\{.*\}$/.test(piece)) throw new Error(`"signed" holds ${piece}, which is no known place`);
  const text = Buffer.from(piece, 'utf8');
  return () => text;
}

function headerPlace(name: string): Place {
  const header = name.toLowerCase();
  return ({ headers }) => singleHeader(headers, header);
}

function idPlace(name: string, following: string | undefined): Place {
  const find = headerPlace(name);
  if (following === undefined || following.startsWith('{')) return find;
  return (input) => {
    const id = find(input);
    return id === null || String(id).includes(following) ? null : id;
  };
}
