import { adminKey, tokens, type AskOptions } from './registration-server.ts';

const wrong = 'REGISTRATION_TOKEN_INVALID';
const unknown = 'REGISTRATION_UNKNOWN';
const invalid = 'REGISTRATION_REQUEST_INVALID';

export interface RegistrationRequestCase {
  sentence: string;
  path?: string;
  options: AskOptions;
  status: number;
  code?: string;
}

export const post = (options: AskOptions): AskOptions => ({
  method: 'POST',
  token: tokens.orders,
  ...options,
});

/** Requests below `/webhooks/registrations`; `ID` in a path is a registration of orders. */
export const registrationRequests: readonly RegistrationRequestCase[] = [
  { sentence: 'a list without a token', options: {}, status: 401, code: wrong },
  { sentence: 'a list with a wrong token', options: { token: 'wrong' }, status: 401, code: wrong },
  {
    sentence: 'with an empty one',
    options: { headers: { authorization: 'Bearer ' } },
    status: 401,
    code: wrong,
  },
  {
    sentence: 'with one of another scheme',
    options: { headers: { authorization: `Basic ${tokens.orders}` } },
    status: 401,
    code: wrong,
  },
  {
    sentence: 'with a scheme in small letters',
    options: { headers: { authorization: `bearer ${tokens.orders}` } },
    status: 200,
  },
  {
    sentence: 'reading with a wrong token',
    path: '/ID',
    options: { token: 'wrong' },
    status: 401,
    code: wrong,
  },
  { sentence: 'reading without one', path: '/ID', options: {}, status: 401, code: wrong },
  { sentence: 'reading with its own', path: '/ID', options: { token: tokens.orders }, status: 200 },
  { sentence: 'reading by an operator', path: '/ID', options: { token: adminKey }, status: 200 },
  {
    sentence: 'reading with the token of another source',
    path: '/ID',
    options: { token: tokens.payments },
    status: 404,
    code: unknown,
  },
  {
    sentence: 'reading what there is not',
    path: `/reg_${'0'.repeat(32)}`,
    options: { token: tokens.orders },
    status: 404,
    code: unknown,
  },
  {
    sentence: 'reading what can be no id',
    path: '/__proto__',
    options: { token: tokens.orders },
    status: 404,
    code: unknown,
  },
  {
    sentence: 'reading by a path that can not be decoded',
    path: '/%FF',
    options: { token: tokens.orders },
    status: 404,
    code: unknown,
  },
  {
    sentence: 'a path below',
    path: '/ID/secret',
    options: { token: tokens.orders },
    status: 404,
    code: unknown,
  },
  {
    sentence: 'rotating with a wrong token',
    path: '/ID/rotate',
    options: post({ token: 'wrong' }),
    status: 401,
    code: wrong,
  },
  {
    sentence: 'rotating with the token of another source',
    path: '/ID/rotate',
    options: post({ token: tokens.payments }),
    status: 404,
    code: unknown,
  },
  {
    sentence: 'rotating by an operator',
    path: '/ID/rotate',
    options: post({ token: adminKey }),
    status: 200,
  },
  {
    sentence: 'an overlap beyond all numbers',
    path: '/ID/rotate',
    options: post({ body: '{"overlapSeconds":1e400}' }),
    status: 400,
    code: invalid,
  },
  ...[-1, 1.5, 604_801, '60', null].map((overlapSeconds) => ({
    sentence: `an overlap of ${JSON.stringify(overlapSeconds)} seconds`,
    path: '/ID/rotate',
    options: post({ json: { overlapSeconds } }),
    status: 400,
    code: invalid,
  })),
  {
    sentence: 'deleting with a wrong token',
    path: '/ID',
    options: { method: 'DELETE', token: 'wrong' },
    status: 401,
    code: wrong,
  },
  {
    sentence: 'deleting with the token of another source',
    path: '/ID',
    options: { method: 'DELETE', token: tokens.payments },
    status: 404,
    code: unknown,
  },
  {
    sentence: 'deleting by an operator',
    path: '/ID',
    options: { method: 'DELETE', token: adminKey },
    status: 204,
  },
  { sentence: 'registering', options: post({ json: { source: 'orders' } }), status: 201 },
  {
    sentence: 'registering without a token',
    options: { method: 'POST', json: { source: 'orders' } },
    status: 401,
    code: wrong,
  },
  {
    sentence: 'registering with a wrong token',
    options: post({ token: 'wrong', json: { source: 'orders' } }),
    status: 401,
    code: wrong,
  },
  {
    sentence: 'registering for the source of another',
    options: post({ json: { source: 'payments' } }),
    status: 401,
    code: wrong,
  },
  {
    sentence: 'registering for a source without a token',
    options: post({ json: { source: 'legacy' } }),
    status: 401,
    code: wrong,
  },
  {
    sentence: 'registering for a source that there is not',
    options: post({ json: { source: 'nowhere' } }),
    status: 401,
    code: wrong,
  },
  {
    sentence: 'registering by an operator for a source without a token',
    options: post({ token: adminKey, json: { source: 'legacy' } }),
    status: 201,
  },
  {
    sentence: 'registering by an operator for a source that there is not',
    options: post({ token: adminKey, json: { source: 'nowhere' } }),
    status: 404,
    code: unknown,
  },
  { sentence: 'no source', options: post({ json: {} }), status: 400, code: invalid },
  {
    sentence: 'a source that is no text',
    options: post({ json: { source: 1 } }),
    status: 400,
    code: invalid,
  },
  { sentence: 'a list', options: post({ json: ['orders'] }), status: 400, code: invalid },
  { sentence: 'null', options: post({ body: 'null' }), status: 400, code: invalid },
  { sentence: 'no body', options: post({}), status: 400, code: invalid },
  { sentence: 'half of a body', options: post({ body: '{"source":' }), status: 400, code: invalid },
  {
    sentence: 'a body that is not UTF-8',
    options: post({ body: Buffer.from('{"source":"orders","description":"\xe4"}', 'latin1') }),
    status: 400,
    code: invalid,
  },
  {
    sentence: 'a field that nobody knows',
    options: post({ json: { source: 'orders', secret: 'mine' } }),
    status: 400,
    code: invalid,
  },
  {
    sentence: 'a description of several lines',
    options: post({ json: { source: 'orders', description: 'a\nb' } }),
    status: 400,
    code: invalid,
  },
  {
    sentence: 'a description that is too long',
    options: post({ json: { source: 'orders', description: 'x'.repeat(201) } }),
    status: 400,
    code: invalid,
  },
  {
    sentence: 'a large body',
    options: post({ json: { source: 'orders', description: 'x'.repeat(20_000) } }),
    status: 413,
    code: 'REGISTRATION_BODY_TOO_LARGE',
  },
  {
    sentence: 'another media type',
    options: post({
      body: 'source=orders',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    status: 415,
    code: 'REGISTRATION_MEDIA_TYPE_UNSUPPORTED',
  },
  {
    sentence: 'a body in a content coding',
    options: post({ json: { source: 'orders' }, headers: { 'content-encoding': 'gzip' } }),
    status: 415,
    code: 'REGISTRATION_MEDIA_TYPE_UNSUPPORTED',
  },
  {
    sentence: 'another method',
    options: { method: 'PUT', token: tokens.orders },
    status: 405,
    code: 'REGISTRATION_METHOD_NOT_ALLOWED',
  },
  {
    sentence: 'another method for one',
    path: '/ID',
    options: { method: 'PATCH', token: tokens.orders },
    status: 405,
    code: 'REGISTRATION_METHOD_NOT_ALLOWED',
  },
  {
    sentence: 'rotating by GET',
    path: '/ID/rotate',
    options: { token: tokens.orders },
    status: 405,
    code: 'REGISTRATION_METHOD_NOT_ALLOWED',
  },
];
