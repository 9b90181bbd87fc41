import { parseDuration } from '../../gateway/duration.ts';

test.each([
  ['1s', 1000],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['12h', 43_200_000],
  ['7d', 604_800_000],
  ['007d', 604_800_000],
  ['36525d', 3_155_760_000_000],
])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each([
  '',
  '7',
  'd',
  '0d',
  '-1d',
  '+1d',
  '1.5h',
  '1e3s',
  '7 d',
  ' 7d',
  '7d ',
  '7D',
  '7days',
  '1d12h',
  'P7D',
  '1w',
  '500ms',
  '7d\n',
  '٧d',
  '36526d',
  '99999999999s',
  'forever',
  'Infinity',
])('%j is no duration', (text) => expect(parseDuration(text)).toBeNull());
