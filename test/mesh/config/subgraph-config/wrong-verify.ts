import { file, type WrongFile } from './wrong-file.ts';

const webhook = (...lines: string[]) => file('webhooks:', '  paid:', ...lines.map((line) => `    ${line}`));
const unsigned = 'verify: { scheme: none }';

/** What can be wrong with how deliveries are signed, and with what else is said of deliveries. */
export const wrongVerify: readonly WrongFile[] = [
  {
    id: 'W100',
    sentence: 'a scheme without its name',
    given: webhook('verify: { secret: hunter2 }'),
    expected: ':4: webhooks.paid.verify.scheme: is missing',
  },
  {
    id: 'W101',
    sentence: 'a scheme that is a list',
    given: webhook('verify: { scheme: [github], secret: hunter2 }'),
    expected:
      ':4: webhooks.paid.verify.scheme: must be one of standard-webhooks, github, stripe, slack, shopify, twilio, hmac, basic, bearer, api-key, none',
  },
  {
    id: 'W102',
    sentence: 'a tolerance of a scheme that signs no time',
    given: webhook('verify: { scheme: github, secret: hunter2, toleranceSeconds: 5 }'),
    expected: ':4: webhooks.paid.verify.toleranceSeconds: is not a known field here',
  },
  {
    id: 'W103',
    sentence: 'an empty secret',
    given: webhook(`verify: { scheme: stripe, secret: "" }`),
    expected: ':4: webhooks.paid.verify.secret: must NOT have fewer than 1 characters',
  },
  {
    id: 'W104',
    sentence: 'a secret for nothing',
    given: webhook('verify: { scheme: none, secret: hunter2 }'),
    expected: ':4: webhooks.paid.verify.secret: is not a known field here',
  },
  {
    id: 'W105',
    sentence: 'an hmac without its header',
    given: webhook('verify: { scheme: hmac, secret: hunter2 }'),
    expected: ':4: webhooks.paid.verify.header: is missing',
  },
  {
    id: 'W106',
    sentence: 'an hmac of an unknown algorithm',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: x-sign, algorithm: md5 }'),
    expected: ':4: webhooks.paid.verify.algorithm: must be one of sha256, sha1, sha512',
  },
  {
    id: 'W107',
    sentence: 'an hmac in an unknown encoding',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: x-sign, encoding: HEX }'),
    expected: ':4: webhooks.paid.verify.encoding: must be one of hex, base64, base64url',
  },
  {
    id: 'W108',
    sentence: 'an hmac of a place that does not exist',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: x-sign, signed: "{path}{body}" }'),
    expected:
      ':4: webhooks.paid.verify.signed: must be text with {body}, {id}, {timestamp}, {method}, {target} or {header:x-name} and no other braces',
  },
  {
    id: 'W109',
    sentence: 'an hmac that leaves the body out',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: x-sign, signed: "{target}" }'),
    expected: ':4: webhooks.paid.verify.signed: must hold {body}: otherwise anybody could change it',
  },
  {
    id: 'W110',
    sentence: 'an hmac of an id from nowhere',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: x-sign, signed: "{id}.{body}" }'),
    expected: ':4: webhooks.paid.verify.idHeader: is missing: "signed" holds {id}',
  },
  {
    id: 'W111',
    sentence: 'an hmac of a timestamp from nowhere',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: x-sign, signed: "{timestamp}.{body}" }'),
    expected: ':4: webhooks.paid.verify.timestampHeader: is missing: "signed" holds {timestamp}',
  },
  {
    id: 'W112',
    sentence: 'an hmac with a timestamp that is not signed',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: x-sign, timestampHeader: x-time }'),
    expected: ':4: webhooks.paid.verify.timestampHeader: is not signed: put {timestamp} into "signed"',
  },
  {
    id: 'W113',
    sentence: 'an hmac with a tolerance and no timestamp',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: x-sign, toleranceSeconds: 5 }'),
    expected: ':4: webhooks.paid.verify.toleranceSeconds: needs a timestampHeader',
  },
  {
    id: 'W114',
    sentence: 'an hmac with a unit and no timestamp, in the defaults',
    given: file(
      'webhookDefaults:',
      '  verify: { scheme: hmac, secret: hunter2, header: x-sign, timestampUnit: seconds }',
    ),
    expected: ':3: webhookDefaults.verify.timestampUnit: needs a timestampHeader',
  },
  {
    id: 'W115',
    sentence: 'a header of an hmac that can be none',
    given: webhook('verify: { scheme: hmac, secret: hunter2, header: "x sign" }'),
    expected: ':4: webhooks.paid.verify.header: must be the name of a header',
  },
  {
    id: 'W116',
    sentence: 'basic without a password',
    given: webhook('verify: { scheme: basic, user: shop }'),
    expected: ':4: webhooks.paid.verify.password: is missing',
  },
  {
    id: 'W117',
    sentence: 'basic with a colon in the user',
    given: webhook('verify: { scheme: basic, user: "a:b", password: hunter2 }'),
    expected: ':4: webhooks.paid.verify.user: must be a name without a colon',
  },
  {
    id: 'W118',
    sentence: 'a bearer token that can be in no header',
    given: webhook('verify: { scheme: bearer, token: "hunter2 hunter2" }'),
    expected: ':4: webhooks.paid.verify.token: must be visible ASCII characters without spaces',
  },
  {
    id: 'W119',
    sentence: 'a bearer token called a secret',
    given: webhook('verify: { scheme: bearer, token: t, secret: hunter2 }'),
    expected: ':4: webhooks.paid.verify.secret: is not a known field here',
  },
  {
    id: 'W120',
    sentence: 'an API key without its header',
    given: webhook('verify: { scheme: api-key, key: hunter2 }'),
    expected: ':4: webhooks.paid.verify.header: is missing',
  },
  {
    id: 'W121',
    sentence: 'an unknown format',
    given: webhook(unsigned, 'format: xml'),
    expected: ':5: webhooks.paid.format: must be one of json, cloudevents, form',
  },
  {
    id: 'W140',
    sentence: 'an unknown handshake',
    given: webhook(unsigned, 'handshake: { scheme: shake }'),
    expected:
      ':5: webhooks.paid.handshake.scheme: must be one of cloudevents, websub, slack, microsoft-graph',
  },
  {
    id: 'W141',
    sentence: 'a handshake that is a word',
    given: webhook(unsigned, 'handshake: slack'),
    expected: ':5: webhooks.paid.handshake: must be object',
  },
  {
    id: 'W143',
    sentence: 'a handshake with nobody',
    given: webhook(unsigned, 'handshake: { scheme: cloudevents }'),
    expected: ':5: webhooks.paid.handshake.origins: is missing',
  },
  {
    id: 'W145',
    sentence: 'a token for a handshake that has none',
    given: webhook(unsigned, 'handshake: { scheme: slack, verifyToken: hunter2 }'),
    expected: ':5: webhooks.paid.handshake.verifyToken: is not a known field here',
  },
  {
    id: 'W124',
    sentence: 'strictness that is a word',
    given: webhook(unsigned, 'strict: very'),
    expected: ':5: webhooks.paid.strict: must be boolean',
  },
  {
    id: 'W125',
    sentence: 'a limit of the service at one webhook',
    given: webhook(unsigned, 'rateMax: 5'),
    expected: ':5: webhooks.paid.rateMax: is not a known field here',
  },
  {
    id: 'W150',
    sentence: 'a durability that there is not',
    given: file('webhookDefaults: { durability: disk }'),
    expected: ':2: webhookDefaults.durability: must be one of redis, redis+replicas, journal',
  },
  {
    id: 'W151',
    sentence: 'the durability of the service at one webhook',
    given: webhook(unsigned, 'durability: journal'),
    expected: ':5: webhooks.paid.durability: is not a known field here',
  },
  {
    id: 'W126',
    sentence: 'a rate of none',
    given: file('webhookDefaults: { rateMax: 0 }'),
    expected: ':2: webhookDefaults.rateMax: must be > 0',
  },
  {
    id: 'W127',
    sentence: 'a body size in words',
    given: file('webhookDefaults: { bodyBytesMax: 1MB }'),
    expected: ':2: webhookDefaults.bodyBytesMax: must be integer',
  },
  {
    id: 'W128',
    sentence: 'a registration token that could be guessed',
    given: file('webhookDefaults: { registrationToken: hunter2 }'),
    expected:
      ':2: webhookDefaults.registrationToken: must be at least 16 visible ASCII characters without spaces',
  },
];
