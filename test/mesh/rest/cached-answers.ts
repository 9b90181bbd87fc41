/** What is asked one after the other, what the service says of keeping its answers, and how often it is asked. */
export interface CacheCase {
  readonly id: string;
  readonly sentence: string;
  /** Headers of the service's answers. */
  readonly says: Record<string, string>;
  /** @default 200 */
  readonly status?: number;
  /** Headers of the clients' requests, one after the other. All but x-hidden are passed on. */
  readonly asking: readonly Record<string, string>[];
  /** Which answer of the service each of them gets, counted from 1. */
  readonly got: readonly number[];
}

const nobody = {};
const ann = { authorization: 'Bearer ann' };
const bob = { authorization: 'Bearer bob' };
const maxAge = { 'cache-control': 'max-age=60' };
const publicly = { 'cache-control': 'public, max-age=60' };

type Row = readonly [
  string,
  Record<string, string>,
  readonly Record<string, string>[],
  readonly number[],
  number?,
];

const rows: readonly Row[] = [
  ['nothing said is nothing kept', {}, [nobody, nobody], [1, 2]],
  ['max-age is kept', maxAge, [nobody, nobody, nobody], [1, 1, 1]],
  ['public is kept', publicly, [nobody, nobody], [1, 1]],
  ['s-maxage is kept', { 'cache-control': 's-maxage=60' }, [nobody, nobody], [1, 1]],
  ['Expires is kept', { expires: new Date(Date.now() + 3_600_000).toUTCString() }, [nobody, nobody], [1, 1]],
  ['max-age=0 is not', { 'cache-control': 'max-age=0' }, [nobody, nobody], [1, 2]],
  ['no-store is not', { 'cache-control': 'no-store, max-age=60' }, [nobody, nobody], [1, 2]],
  ['no-cache is not, without a validator', { 'cache-control': 'no-cache' }, [nobody, nobody], [1, 2]],
  [
    'private is not, not even for the same viewer',
    { 'cache-control': 'private, max-age=60' },
    [nobody, nobody, ann, ann],
    [1, 2, 3, 4],
  ],
  [
    'Last-Modified alone is no promise',
    { 'last-modified': 'Sun, 22 Nov 2020 12:00:00 GMT' },
    [nobody, nobody],
    [1, 2],
  ],
  ['an ETag alone is none either', { etag: '"a"' }, [nobody, nobody], [1, 2]],
  [
    'an answer with Set-Cookie is not kept',
    { ...publicly, 'set-cookie': 'session=1' },
    [nobody, nobody],
    [1, 2],
  ],
  ['Vary: * is not kept', { ...publicly, vary: '*' }, [nobody, nobody], [1, 2]],
  ['an answer to Authorization is not kept for max-age alone', maxAge, [ann, ann], [1, 2]],
  ['but when it is public', publicly, [ann, ann], [1, 1]],
  ['or must be revalidated', { 'cache-control': 'max-age=60, must-revalidate' }, [ann, ann], [1, 1]],
  ['for that viewer alone, although the service forgot Vary', publicly, [ann, bob, ann, bob], [1, 2, 1, 2]],
  ['and not for nobody', publicly, [ann, nobody, ann, nobody], [1, 2, 1, 2]],
  ['nor is what nobody got for a viewer', publicly, [nobody, ann, nobody], [1, 2, 1]],
  ['s-maxage makes no difference to that', { 'cache-control': 's-maxage=60' }, [ann, bob, ann], [1, 2, 1]],
  [
    'cookies tell viewers apart',
    maxAge,
    [{ cookie: 'a=1' }, { cookie: 'a=2' }, { cookie: 'a=1' }],
    [1, 2, 1],
  ],
  [
    'so does a header that a proxy vouches for',
    maxAge,
    [{ 'x-user-id': 'ann' }, { 'x-user-id': 'bob' }, { 'x-user-id': 'ann' }, nobody],
    [1, 2, 1, 3],
  ],
  [
    'and each of several',
    maxAge,
    [
      { 'x-user-id': 'ann', cookie: 'a=1' },
      { 'x-user-id': 'ann', cookie: 'a=2' },
      { 'x-user-id': 'ann', cookie: 'a=1' },
    ],
    [1, 2, 1],
  ],
  [
    'values that look alike when put together are not the same',
    maxAge,
    [{ 'x-user-id': 'a","cookie":"b' }, { 'x-user-id': 'a', cookie: 'b' }],
    [1, 2],
  ],
  ['a viewer is not known by case', maxAge, [{ 'x-user-id': 'ann' }, { 'x-user-id': 'ANN' }], [1, 2]],
  [
    'a header that is not passed on makes no difference',
    maxAge,
    [{ 'x-hidden': '1' }, { 'x-hidden': '2' }],
    [1, 1],
  ],
  [
    'nor does the trace that a request belongs to',
    maxAge,
    [
      { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
      { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` },
    ],
    [1, 1],
  ],
  [
    'Vary on a header that is passed on is kept',
    { ...maxAge, vary: 'x-user-id' },
    [{ 'x-user-id': 'ann' }, { 'x-user-id': 'bob' }, { 'x-user-id': 'ann' }],
    [1, 2, 1],
  ],
  ['404 is kept when the service says so', maxAge, [nobody, nobody], [1, 1], 404],
  ['500 is not kept when it does not', {}, [nobody, nobody], [1, 2], 500],
];

export const cachedAnswers: readonly CacheCase[] = rows.map(
  ([sentence, says, asking, got, status], index) => ({
    id: `C${index + 1}`,
    sentence,
    says,
    asking,
    got,
    ...(status !== undefined && { status }),
  }),
);
