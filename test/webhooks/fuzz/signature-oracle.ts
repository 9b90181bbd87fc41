/** Whether a delivery is signed, by each provider's description and with none of the code under test. */
import { createHash, createHmac, verify as verifyEd25519 } from 'node:crypto';
import type { VerificationConfig } from '../../../webhooks/verification/verification.ts';
import { keyPairOf, publicUrl } from './sources.ts';

/** The head of a request as it is on the wire. */
export interface Head {
  readonly method: string;
  readonly target: string;
  /** Names and values, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The values of a header as HTTP reads them: without the white space around them. */
export function valuesOf({ headers }: Pick<Head, 'headers'>, name: string): string[] {
  const given = headers.filter(([other]) => other.toLowerCase() === name.toLowerCase());
  return given.map(([, value]) => value.replaceAll(/^[ \t]+|[ \t]+$/g, ''));
}

/** The only value of a header that came once and is not empty. */
export function soleValue(head: Pick<Head, 'headers'>, name: string): string | undefined {
  const [value, ...more] = valuesOf(head, name);
  return more.length === 0 && value ? value : undefined;
}

interface Question {
  readonly head: Head;
  readonly body: Buffer;
  readonly nowMs: number;
  readonly secrets: readonly string[];
}

/** Whether the bytes are signed as `verify` asks, at that time. */
export function isSigned(
  verify: VerificationConfig,
  given: { readonly head: Head; readonly body: Buffer; readonly nowMs: number },
): boolean {
  if (verify.scheme === 'none') return true;
  const question = { ...given, secrets: verify.secrets as readonly string[] };
  const only = (name: string) => soleValue(given.head, name);
  switch (verify.scheme) {
    case 'standard-webhooks':
      return keyPairOf(verify, 'current') ? isAsymmetric(verify, question) : isStandard(question);
    case 'github':
      return isCode(only('x-hub-signature-256'), question, ['sha256', 'hex'], 'sha256=', '');
    case 'shopify':
      return isCode(only('x-shopify-hmac-sha256'), question, ['sha256', 'base64'], '', '');
    case 'stripe':
      return isStripe(question);
    case 'slack':
      return isSlack(question);
    case 'twilio':
      return isTwilio(question);
    case 'hmac':
      return isShop(question);
    case 'basic':
      return isCredential(
        question,
        /^basic (.*)$/is,
        question.secrets.map((secret) => base64(`${verify.user}:${secret}`)),
      );
    case 'bearer':
      return isCredential(question, /^bearer (.*)$/is, question.secrets);
    default:
      return question.secrets.includes(only(verify.header) ?? '');
  }
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

type Mac = readonly [algorithm: string, encoding: 'hex' | 'base64' | 'base64url'];

/** Whether a header is the code of a text and the body behind it, by one of the secrets. */
function isCode(
  value: string | undefined,
  { body, secrets }: Pick<Question, 'body' | 'secrets'>,
  [algorithm, encoding]: Mac,
  prefix: string,
  before: string,
): boolean {
  return secrets.some((secret) => {
    const code = createHmac(algorithm, secret).update(Buffer.from(before, 'latin1')).update(body);
    return value === `${prefix}${code.digest(encoding)}`;
  });
}

function isNear(timestamp: string | undefined, nowMs: number, unitMs = 1000): timestamp is string {
  if (timestamp === undefined || !/^[0-9]{1,15}$/.test(timestamp)) return false;
  return Math.abs(Number(timestamp) * unitMs - nowMs) <= 300_000;
}

/** What Standard Webhooks signs before the body, and the signatures. */
function standardParts({ head, nowMs }: Question): { before: string; signatures: string[] } | undefined {
  const [id, time] = [soleValue(head, 'webhook-id'), soleValue(head, 'webhook-timestamp')];
  const signatures = soleValue(head, 'webhook-signature')?.split(' ');
  if (!id || id.includes('.') || !isNear(time, nowMs) || !signatures) return undefined;
  return { before: `${id}.${time}.`, signatures };
}

function isStandard(question: Question): boolean {
  const parts = standardParts(question);
  if (!parts) return false;
  return question.secrets.some((secret) => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const code = createHmac('sha256', key).update(Buffer.from(parts.before, 'latin1')).update(question.body);
    return parts.signatures.includes(`v1,${code.digest('base64')}`);
  });
}

function isAsymmetric(verify: VerificationConfig, question: Question): boolean {
  const parts = standardParts(question);
  if (!parts) return false;
  const message = Buffer.concat([Buffer.from(parts.before, 'latin1'), question.body]);
  const given = parts.signatures.filter((text) => text.startsWith('v1a,')).map((text) => text.slice(4));
  return given.some((text) => {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length !== 64 || bytes.toString('base64') !== text) return false;
    return (['current', 'former'] as const).some((which) => {
      const key = keyPairOf(verify, which)?.publicKey;
      return key !== undefined && verifyEd25519(null, message, key, bytes);
    });
  });
}

function isStripe(question: Question): boolean {
  const entries = (soleValue(question.head, 'stripe-signature') ?? '').split(',');
  const [time, ...more] = entries.filter((entry) => entry.startsWith('t=')).map((entry) => entry.slice(2));
  if (more.length > 0 || !isNear(time, question.nowMs)) return false;
  return entries.some((entry) => isCode(entry, question, ['sha256', 'hex'], 'v1=', `${time}.`));
}

function isSlack(question: Question): boolean {
  const time = soleValue(question.head, 'x-slack-request-timestamp');
  if (!isNear(time, question.nowMs)) return false;
  const given = soleValue(question.head, 'x-slack-signature');
  return isCode(given, question, ['sha256', 'hex'], 'v0=', `v0:${time}:`);
}

/** By the only configuration of it in sources.ts. */
function isShop(question: Question): boolean {
  const { head, nowMs } = question;
  const [id, time] = [soleValue(head, 'x-shop-id'), soleValue(head, 'x-shop-time')];
  if (!id || id.includes('.') || !isNear(time, nowMs, 1)) return false;
  const before = `${id}.${time}.POST.${head.target}.`;
  return isCode(soleValue(head, 'x-shop-signature'), question, ['sha512', 'base64url'], 'v1=', before);
}

function isTwilio({ head, body, secrets }: Question): boolean {
  const given = soleValue(head, 'x-twilio-signature');
  const query = head.target.includes('?') ? head.target.slice(head.target.indexOf('?') + 1) : '';
  const hashes = new URLSearchParams(query).getAll('bodySHA256');
  const isForm = /^application\/x-www-form-urlencoded *(?:;|$)/i.test(soleValue(head, 'content-type') ?? '');
  if (hashes.length > 0) {
    if (hashes.length > 1 || hashes[0] !== createHash('sha256').update(body).digest('hex')) return false;
  } else if (body.length > 0 && !isForm) return false;
  const parameters = hashes.length > 0 ? [] : [...new URLSearchParams(body.toString())];
  const texts = [...new Set(parameters.map((pair) => JSON.stringify(pair)))]
    .map((text) => JSON.parse(text) as [string, string])
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}${value}`);
  return [publicUrl, `${publicUrl}:443`].some((base) => {
    const bytes = Buffer.concat([
      Buffer.from(`${base}${head.target}`, 'latin1'),
      Buffer.from(texts.join('')),
    ]);
    return isCode(given, { body: bytes, secrets }, ['sha1', 'base64'], '', '');
  });
}

function isCredential({ head }: Question, pattern: RegExp, credentials: readonly string[]): boolean {
  return credentials.includes(pattern.exec(soleValue(head, 'authorization') ?? '')?.[1] ?? '');
}
