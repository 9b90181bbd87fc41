/** Whether what became of a delivery is what was promised to its sender. */
import type { StoredEvent } from '../../../events/event-log.ts';
import type { Sent } from './compose.ts';
import type { Answer } from './connection.ts';
import { type Expectation, expectationOf, payloadsOf } from './expectation.ts';
import { soleValue, valuesOf } from './signature-oracle.ts';
import { bodyBytesMax, sources } from './sources.ts';
import type { Seen } from './world.ts';

/** The refusals of docs/webhooks.md, and when each may be the answer. Any other status is wrong. */
const mayBeRefused: Readonly<Record<number, (given: Expectation, seen: Seen) => boolean>> = {
  400: (given) => isCutOff(given) || (given.decoded === 'invalid' && !isVerified(given)),
  401: (given) => !isVerified(given),
  404: (given) => given.events.length === 0 || isUnwantedGreeting(given),
  405: ({ sent }) => sent.method !== 'POST',
  408: ({ sent }) => sent.framing === 'stalled',
  409: isVerified,
  // A coding that ends too early may be too large before its end.
  413: ({ sent, received, decoded }) =>
    declaredBytes(sent, received) > bodyBytesMax || decoded === 'too large' || decoded === 'invalid',
  415: (given) => given.decoded === 'unsupported' || !given.isMediaTaken,
  417: ({ sent }) => soleValue(sent, 'expect') !== '100-continue',
  422: (given) => given.signedFor.some(({ isStrict }) => isStrict),
  429: ({ place }) => place?.source.rateMax !== undefined,
  431: ({ sent }) => sent.headers.some(([, value]) => value.length > 16_000),
  503: (given, { hasFailed }) => isVerified(given) && hasFailed,
};

/** How long the body says that it is, or is. */
function declaredBytes({ framing }: Sent, received: Buffer): number {
  if (framing === 'boasted length') return 10_000_000;
  const isMissing = framing === 'stalled' || framing === 'too short for its length';
  return received.length + (isMissing ? 3 : 0);
}

function isVerified({ signedFor }: Expectation): boolean {
  return signedFor.length > 0;
}

/** What is no HTTP, or ends too early or too late: the sender broke the connection itself. */
function isCutOff({ isHttp, isWhole, sent }: Expectation): boolean {
  return !isHttp || !isWhole || sent.framing === 'too long for its length';
}

function isUnwantedGreeting({ sent, place }: Expectation): boolean {
  return place?.source.name === 'none' && sent.method === 'GET' && sent.target.includes('hub.challenge');
}

/** Whether a handshake is answered, which leaves nothing behind. */
function isHandshake(
  { place, sent, events, signedFor, received, decoded }: Expectation,
  answer: Answer,
): boolean {
  const configured = events.map(({ handshake }) => handshake?.scheme);
  if (answer.status !== 200 || !place) return false;
  if (configured.includes('websub') && sent.method === 'GET') return sent.target.includes('https://a.test/');
  if (configured.includes('cloudevents') && sent.method === 'OPTIONS')
    return soleValue(sent, 'webhook-request-origin') === 'grid.test';
  const isEmpty = received.length === 0 && sent.framing !== 'chunked';
  if (configured.includes('microsoft-graph') && isEmpty)
    return sent.method === 'POST' && sent.target.includes('validationToken=');
  const isAsked = configured.includes('slack') && signedFor.length > 0;
  return isAsked && String(decoded).includes('url_verification') && answer.body !== '';
}

/** What became of a delivery, for the count of what a run has seen. */
export type Fate = 'appended' | 'duplicate' | 'quarantined' | 'handshake' | 'no answer' | `${number}`;

/** Judges the deliveries of a run, one after the other. */
export function createJudge() {
  const inLog = new Map<string, Set<string>>(sources.map(({ name }) => [name, new Set()]));
  let count = 0;

  function remember(events: readonly StoredEvent[]): void {
    for (const { source, dataJson } of events) inLog.get(source)?.add(canonical(JSON.parse(dataJson)));
    count += events.length;
  }

  /** @throws Error that says what is wrong */
  function judge(seen: Seen): Fate[] {
    const given = expectationOf(seen.sent, seen.nowMs);
    remember(seen.events);
    const problems = [
      ...problemsOfKept(given, seen),
      ...seen.errors.map((line) => `logged ${canonical(line)}`),
    ];
    const fates = seen.answers.map((answer) => {
      const { fate, problem } = judgeAnswer(given, seen, answer, inLog);
      if (problem) problems.push(problem);
      return fate;
    });
    if (fates.every((fate) => ['handshake', '401', '404', '405', '413', '415'].includes(fate))) {
      if (seen.events.length + seen.letters.length > 0)
        problems.push('something was kept of what was not taken');
    }
    if (problems.length > 0) throw new Error(`${problems.join('; ')}\n${described(given, seen)}`);
    return fates;
  }

  return { judge, count: () => count };
}

/** Nothing is kept that was not verified, and nothing elsewhere or for another event than it was verified for. */
function problemsOfKept({ place, signedFor }: Expectation, { events, letters }: Seen): string[] {
  const names = signedFor.map(({ name }) => name);
  const problems = events.flatMap(({ source, type }) =>
    source === place?.source.name && names.includes(type)
      ? []
      : [`${source}/${type} is in the log unverified`],
  );
  const strange = letters.filter(
    ({ source, event, verifiedFor }) =>
      source !== place?.source.name ||
      event !== place.event ||
      verifiedFor.length === 0 ||
      !verifiedFor.every((name) => names.includes(name)),
  );
  return [...problems, ...strange.map(({ source }) => `${source} has an unverified letter`)];
}

function judgeAnswer(
  given: Expectation,
  seen: Seen,
  answer: Answer | null,
  inLog: ReadonlyMap<string, ReadonlySet<string>>,
): { fate: Fate; problem?: string | undefined } {
  if (!answer) return { fate: 'no answer', problem: isCutOff(given) ? undefined : 'no answer' };
  const { status, headers } = answer;
  if (isHandshake(given, answer)) return { fate: 'handshake' };
  if (status < 200 || status > 299)
    return { fate: `${status}`, problem: problemOfRefusal(given, seen, answer) };
  if (headers['sluice-quarantined']) {
    return { fate: 'quarantined', problem: isInQuarantine(given, seen) ? undefined : 'not in quarantine' };
  }
  const known = inLog.get(given.place?.source.name ?? '');
  const isKept = payloadsOf(given).some((all) => all.every((payload) => known?.has(canonical(payload))));
  if (!isVerified(given)) return { fate: 'appended', problem: `${status} for what is not verified` };
  const fate = headers['sluice-duplicate'] ? 'duplicate' : 'appended';
  const isOdd = seen.answers.length === 1 && (fate === 'duplicate') === seen.events.length > 0;
  if (isOdd && payloadsOf(given).some((all) => all.length > 0)) return { fate, problem: `${fate} wrongly` };
  return { fate, problem: isKept ? undefined : `${status} and not in the log` };
}

function problemOfRefusal(given: Expectation, seen: Seen, { status, headers }: Answer): string | undefined {
  if (!mayBeRefused[status]?.(given, seen)) return `${status} for no reason`;
  const retryAfter = headers['retry-after'] ?? '';
  if ((status === 503 || status === 429) && !/^[3-7]$/.test(retryAfter))
    return `${status} without retry-after`;
  if ((status === 409 || status === 422) && !isInQuarantine(given, seen))
    return `${status} and not in quarantine`;
  return undefined;
}

function isInQuarantine({ received, decoded }: Expectation, { letters }: Seen): boolean {
  const kept = Buffer.isBuffer(decoded) ? decoded : received;
  return letters.length === 1 && letters[0]?.bodyBase64 === kept.toString('base64');
}

function canonical(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined';
}

function described(
  { sent, signedFor, received, decoded }: Expectation,
  { answers, events, letters }: Seen,
): string {
  const plain = Buffer.isBuffer(decoded) ? decoded.toString('latin1') : decoded;
  return JSON.stringify(
    {
      sent: { ...sent, body: undefined, host: valuesOf(sent, 'host').length },
      plain: plain.slice(0, 500),
      bytes: received.length,
      signedFor: signedFor.map(({ name }) => name),
      answers,
      events,
      letters: letters.map(({ bodyBase64, ...rest }) => ({ ...rest, bytes: bodyBase64.length })),
    },
    null,
    1,
  );
}
