import { file, type WrongFile } from './wrong-file.ts';

const webhook = (...lines: string[]) => file('webhooks:', '  paid:', ...lines.map((line) => `    ${line}`));
const unsigned = 'verify: { scheme: none }';

export const wrongWebhooks: readonly WrongFile[] = [
  {
    id: 'W60',
    sentence: 'a webhook that does not say how it is signed',
    given: webhook('entity: Order'),
    expected:
      ':3: webhooks.paid: needs "verify": how its deliveries are signed (scheme: none says that nothing is)',
  },
  {
    id: 'W61',
    sentence: 'a signature without a secret',
    given: webhook('verify: { scheme: github }'),
    expected: ':4: webhooks.paid.verify.secret: is missing',
  },
  {
    id: 'W62',
    sentence: 'defaults without a secret',
    given: file('webhookDefaults:', '  verify: { scheme: standard-webhooks }'),
    expected: ':3: webhookDefaults.verify.secret: is missing',
  },
  {
    id: 'W63',
    sentence: 'defaults for what every webhook says itself',
    given: file('webhookDefaults: { entity: Order }'),
    expected: ':2: webhookDefaults.entity: is not a known field here',
  },
  {
    id: 'W64',
    sentence: 'an unknown scheme',
    given: webhook('verify: { scheme: md5, secret: hunter2 }'),
    expected:
      ':4: webhooks.paid.verify.scheme: must be one of standard-webhooks, github, stripe, slack, shopify, twilio, hmac, basic, bearer, api-key, none',
  },
  {
    id: 'W65',
    sentence: 'a secret that is a number',
    given: webhook('verify: { scheme: github, secret: 123456 }'),
    expected: ':4: webhooks.paid.verify.secret: must be string or array',
  },
  {
    id: 'W66',
    sentence: 'no secret among several',
    given: webhook('verify: { scheme: github, secret: [] }'),
    expected: ':4: webhooks.paid.verify.secret: must NOT have fewer than 1 items',
  },
  {
    id: 'W67',
    sentence: 'a subject that is no JSON pointer',
    given: webhook(unsigned, 'subject: data.id'),
    expected: ':5: webhooks.paid.subject: must be a JSON pointer, such as /data/id',
  },
  {
    id: 'W68',
    sentence: 'an id from nowhere',
    given: webhook(unsigned, 'id: { body: /id }'),
    expected: ':5: webhooks.paid.id: must be { header } or { pointer }',
  },
  {
    id: 'W69',
    sentence: 'an id from two places',
    given: webhook(unsigned, 'id: { header: x-id, pointer: /id }'),
    expected: ':5: webhooks.paid.id: must be { header } or { pointer }',
  },
  {
    id: 'W70',
    sentence: 'a match at a pointer that is none',
    given: webhook(unsigned, 'match: { pointer: type }'),
    expected: ':5: webhooks.paid.match.pointer: must be a JSON pointer, such as /data/id',
  },
  {
    id: 'W71',
    sentence: 'an entity at no place',
    given: webhook(unsigned, 'entity: { type: Order }'),
    expected: ':5: webhooks.paid.entity.at: is missing',
  },
  {
    id: 'W72',
    sentence: 'an entity that is no name',
    given: webhook(unsigned, 'entity: an order'),
    expected: ':5: webhooks.paid.entity: must be a name or { type, at }',
  },
  {
    id: 'W73',
    sentence: 'a registration at another time',
    given: webhook(unsigned, 'register: { when: later }'),
    expected: ':5: webhooks.paid.register.when: must be one of start, first-subscriber',
  },
  {
    id: 'W74',
    sentence: 'a webhook that is only a word',
    given: file('webhooks:', '  paid: yes'),
    expected: ':3: webhooks.paid: must be object',
  },
];
