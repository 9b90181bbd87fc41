import { headerOf } from './answer-headers.ts';
import type { RestAnswer } from './exchange.ts';

/**
 * The body of an answer as text, without a byte order mark: in the charset that its content type names (RFC 9110,
 * section 8.3.2), and UTF-8 where it names none, or none that is known.
 */
export function textOf({ headers, body }: Pick<RestAnswer, 'headers' | 'body'>): string {
  const [, charset = 'utf-8'] =
    /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headerOf(headers, 'content-type') ?? '') ?? [];
  if (/^utf-?8$/i.test(charset)) return withoutMark(body.toString());
  return withoutMark(decoderOf(charset)?.decode(body) ?? body.toString());
}

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined;
  }
}

const byteOrderMark = 0xfeff;

function withoutMark(text: string): string {
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}
