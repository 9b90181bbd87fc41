import { sourceDurability } from '../../gateway/event-log.ts';
import type { Subgraph } from '../../mesh/subgraph.ts';
import type { Durability } from '../../mesh/config/webhook-config.ts';
import type { VerifyConfig } from '../../mesh/config/verify-config.ts';

type Scheme = VerifyConfig['scheme'];

/** When deliveries of a source are answered, by what the folder and the environment say of it. */
const cases: readonly {
  readonly schemes: readonly Scheme[];
  readonly folder?: Durability;
  readonly environment?: Durability;
  readonly expected: Durability;
}[] = [
  { schemes: ['github'], expected: 'journal' },
  { schemes: ['twilio'], expected: 'journal' },
  { schemes: ['standard-webhooks'], expected: 'redis' },
  { schemes: ['stripe'], expected: 'redis' },
  { schemes: ['slack'], expected: 'redis' },
  { schemes: ['shopify'], expected: 'redis' },
  { schemes: ['hmac'], expected: 'redis' },
  { schemes: ['none'], expected: 'redis' },
  { schemes: ['stripe', 'github'], expected: 'journal' },
  { schemes: ['github'], environment: 'redis', expected: 'redis' },
  { schemes: ['stripe'], environment: 'redis+replicas', expected: 'redis+replicas' },
  { schemes: ['github'], folder: 'redis', expected: 'redis' },
  { schemes: ['stripe'], folder: 'journal', environment: 'redis', expected: 'journal' },
];

test.each(cases)('$schemes, folder $folder, environment $environment: $expected', (given) => {
  const { schemes, folder, environment, expected } = given;
  const shop = {
    name: 'shop',
    rest: {
      config: { webhookSource: folder === undefined ? {} : { durability: folder } },
      events: schemes.map((scheme) => ({ webhook: { verify: { scheme } } })),
    },
  } as unknown as Subgraph;
  expect(sourceDurability([shop], environment)).toEqual(new Map([['shop', expected]]));
});
