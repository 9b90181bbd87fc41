/** What every scheme has to take and to refuse: one row for each scheme and each way to be good or bad. */
import type { DeliveryHeaders } from '../../../webhooks/delivery.ts';
import type { Secrets } from '../../../webhooks/verification/secrets.ts';
import type { VerifierInput } from '../../../webhooks/verification/verifier.ts';
import { nowMs } from '../senders.ts';
import { type Scheme, deliveryOf, schemes } from './schemes.ts';

export interface VerificationCase {
  readonly sentence: string;
  readonly scheme: Scheme;
  readonly secrets: Secrets;
  readonly given: VerifierInput;
  readonly isGood: boolean;
}

const toleranceMs = 300_000;

function casesOf(scheme: Scheme): VerificationCase[] {
  const { secrets, needs, proof, timestamp, signsBody, signsTarget, body } = scheme;
  const good = deliveryOf(scheme);
  const row = (
    sentence: string,
    isGood: boolean,
    given: VerifierInput,
    known: Secrets = [secrets.current],
  ) => ({
    sentence: `${scheme.name}: ${sentence}`,
    scheme,
    secrets: known,
    given,
    isGood,
  });
  const withHeader = (name: string, value: DeliveryHeaders[string]) => ({
    ...good,
    headers: { ...good.headers, [name]: value },
  });
  const valueOf = (name: string) => (good.headers as Record<string, string>)[name] ?? '';
  const by = (secret: string) => deliveryOf(scheme, { secret });
  return [
    row('as its sender signs', true, good),
    row('a changed byte of the proof', false, withHeader(proof, changed(valueOf(proof)))),
    row('a byte more of the proof', false, withHeader(proof, `${valueOf(proof)}0`)),
    row('a byte less of the proof', false, withHeader(proof, valueOf(proof).slice(0, -1))),
    row('a changed byte of the body', !signsBody, { ...good, body: Buffer.from(changed(body)) }),
    row('no body', !signsBody, { ...good, body: Buffer.alloc(0) }),
    row('another target', !signsTarget, { ...good, target: `${good.target}0` }),
    ...needs.flatMap((name) => [
      row(`no ${name}`, false, withHeader(name, undefined)),
      row(`an empty ${name}`, false, withHeader(name, '')),
      row(`${name} twice`, false, withHeader(name, [valueOf(name), valueOf(name)])),
      row(`a second ${name} that is empty`, false, withHeader(name, [valueOf(name), ''])),
    ]),
    ...(proof === 'authorization'
      ? [row('another scheme of Authorization', false, withHeader(proof, valueOf(proof).replace(/^./, 'X')))]
      : []),
    row('another secret', false, by(secrets.other)),
    row('the former secret while both are configured', true, by(secrets.former), [
      secrets.current,
      secrets.former,
    ]),
    row('the new secret while both are configured', true, good, [secrets.former, secrets.current]),
    row('the former secret when it is gone', false, by(secrets.former)),
    row('a secret that a function gives', true, good, () => [secrets.current]),
    row('no secret that a function gives', false, good, () => []),
    ...(timestamp ? timedCases(scheme, timestamp, row) : []),
  ];
}

type Row = (sentence: string, isGood: boolean, given: VerifierInput) => VerificationCase;

/** Each timestamp is signed as it is written, so nothing but itself can make it bad. */
function timedCases(scheme: Scheme, timestamp: (ms: number) => string, row: Row): VerificationCase[] {
  const at = (text: string) => deliveryOf(scheme, { timestamp: text });
  const now = timestamp(nowMs);
  return [
    row('the oldest timestamp', true, at(timestamp(nowMs - toleranceMs))),
    row('a timestamp one second too old', false, at(timestamp(nowMs - toleranceMs - 1000))),
    row('the earliest timestamp of the future', true, at(timestamp(nowMs + toleranceMs))),
    row('a timestamp one second too far in the future', false, at(timestamp(nowMs + toleranceMs + 1000))),
    ...['x', ' ', '.0', 'e0', ';', '\t'].map((junk) =>
      row(`junk behind the timestamp: ${JSON.stringify(junk)}`, false, at(`${now}${junk}`)),
    ),
    ...['+', '-', ' ', '0x'].map((junk) =>
      row(`junk before the timestamp: ${JSON.stringify(junk)}`, false, at(`${junk}${now}`)),
    ),
    row('a timestamp in other digits', false, at(now.replaceAll('1', '١'))),
    row('a timestamp that is no number', false, at('NaN')),
  ];
}

function changed(text: string): string {
  const index = Math.floor(text.length / 2);
  return `${text.slice(0, index)}${text[index] === '0' ? '1' : '0'}${text.slice(index + 1)}`;
}

export const verificationCases: readonly VerificationCase[] = schemes.flatMap(casesOf);
