import { isUtf8 } from 'node:buffer';
import { hash, timingSafeEqual } from 'node:crypto';
import { type DeliveryHeaders, singleHeader } from '../delivery.ts';
import { mediaTypeOf } from '../media-type.ts';
import { parseUrlencoded } from '../urlencoded.ts';
import { type MacOptions, createTextMac, isSignedByAny } from './mac.ts';
import { type Secrets, keysOf, signingSecret } from './secrets.ts';
import type { Signer, Verifier } from './verifier.ts';

/** Twilio's request signatures. */
export interface TwilioConfig {
  readonly scheme: 'twilio';
  /** Auth tokens of the account. */
  readonly secrets: Secrets;
  /** What the URL that Twilio was given begins with, before `/webhooks/`: Twilio signs the whole URL. */
  readonly publicUrl: string;
}

const mac: MacOptions = { algorithm: 'sha1', encoding: 'base64' };
const keyOf = (secret: string) => createTextMac('twilio', secret, mac);

/**
 * Verifies `x-twilio-signature`: the base64 HMAC-SHA1 of the URL and, for a form, its parameters sorted by name, each
 * as name and value with nothing between them. Any other body is signed by its SHA-256 in the query parameter
 * `bodySHA256`. Twilio sometimes signs the URL with its port and sometimes without; both are good.
 *
 * The scheme signs no time, and not where the name of a parameter ends: whoever recorded a form can move that border.
 *
 * Source: twilio.com/docs, "Secure webhooks" (Webhooks security), and the validators of Twilio's own libraries for the
 * port and for repeated parameters: each value once, sorted.
 *
 * @throws SecretFormatError when a secret is empty.
 */
export function twilioVerifier({ secrets, publicUrl }: TwilioConfig): Verifier {
  const keys = keysOf(secrets, keyOf);
  const bases = withAndWithoutPort(publicUrl);
  return ({ headers, body, target }) => {
    const signature = singleHeader(headers, 'x-twilio-signature');
    if (signature === null) return false;
    const parameters = signedParameters(target, headers, body);
    if (parameters === null) return false;
    return bases.some((base) => isSignedByAny(keys(), [`${base}${target}`, parameters], [signature]));
  };
}

/** Signs as Twilio does; `signedUrl` of signing.ts gives the URL that a body other than a form has to be sent to. */
export function twilioSigner({ secrets, publicUrl }: TwilioConfig): Signer {
  const sign = keyOf(signingSecret(secrets));
  return ({ body, id, url, contentType }) => {
    const { pathname, search } = new URL(url);
    const target = `${pathname}${search}`;
    const parameters = signedParameters(target, { 'content-type': contentType }, body);
    if (parameters === null) throw new Error('Twilio signs a form, or a body whose SHA-256 is in the URL');
    return {
      'x-twilio-signature': sign([`${publicUrl}${target}`, parameters]).toString('latin1'),
      'i-twilio-idempotency-token': id,
    };
  };
}

/** Whether Twilio signs the parameters of a body, and not its hash. */
export function isForm(headers: DeliveryHeaders): boolean {
  return mediaTypeOf(headers)?.essence === 'application/x-www-form-urlencoded';
}

/** What is signed behind the URL; null when the body is not what the URL or the media type says. */
function signedParameters(target: string, headers: DeliveryHeaders, body: Buffer): Buffer | null {
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
  const hashes = new URLSearchParams(query).getAll('bodySHA256');
  if (hashes.length > 0)
    return hashes.length === 1 && isHashOf(body, hashes[0] ?? '') ? Buffer.alloc(0) : null;
  if (body.length === 0) return Buffer.alloc(0);
  const parameters = isForm(headers) ? formParameters(body) : null;
  return parameters === null ? null : Buffer.from(parameters, 'utf8');
}

function isHashOf(body: Buffer, given: string): boolean {
  const [expected, bytes] = [Buffer.from(hash('sha256', body, 'hex')), Buffer.from(given)];
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

/**
 * Most parameters of a form; Twilio sends some dozens. Anybody can send a form, and to sort the 200,000 that fit into one
 * took a second: they are read before it is known who sent them.
 */
export const formParametersMax = 1_000;

/** The parameters as they are signed; null when the body is no form in UTF-8, or has too many of them. */
function formParameters(body: Buffer): string | null {
  if (!isUtf8(body)) return null;
  const text = body.toString('utf8');
  if (text.split('&', formParametersMax + 1).length > formParametersMax) return null;
  const fields = parseUrlencoded(text);
  // By code unit, as Twilio's libraries sort.
  const sorted = [...(fields ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = sorted.flatMap(([name, values]) =>
    [...new Set(values)].sort().map((value) => `${name}${value}`),
  );
  return fields && texts.join('');
}

/** The base of the URL as it is configured, and the other way of writing it: with or without a port. */
function withAndWithoutPort(url: string): string[] {
  const [, scheme = '', host = '', port, rest = ''] =
    /^(https?):\/\/((?:[^/@]*@)?(?:\[[^\]]*\]|[^/:]*))(:\d+)?(.*)$/i.exec(url) ?? [];
  const standard = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  return [url, `${scheme}://${host}${port === undefined ? standard : ''}${rest}`];
}
