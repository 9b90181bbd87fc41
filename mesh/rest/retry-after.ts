import { headerOf, type AnswerHeaders } from './answer-headers.ts';

/** A service that asks for more is taken to ask for this much. */
const secondsMax = 7 * 24 * 3600;

/**
 * Seconds until a service wants to be asked again (`Retry-After`, RFC 9110 section 10.2.3): a number of seconds, or a
 * date, which may have passed.
 * @returns undefined when there is none, or none that can be read
 */
export function retryAfterSeconds(headers: AnswerHeaders, now = Date.now()): number | undefined {
  const value = headerOf(headers, 'retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value), secondsMax);
  // Dates of RFC 9110 begin with a day's name; Date.parse takes a lot more.
  const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(0, Math.ceil((date - now) / 1000)), secondsMax);
}
