/** What can be wrong with a scheme, and that no message about it holds a secret. */
import { createSigner } from '../../webhooks/verification/signing.ts';
import { type VerificationConfig, createVerifier } from '../../webhooks/verification/verification.ts';

const hmac = { scheme: 'hmac', secrets: ['hunter2'], header: 'x-sign' } as const;

const wrong: readonly [sentence: string, config: VerificationConfig, message: string | RegExp][] = [
  ...(['standard-webhooks', 'github', 'stripe', 'slack', 'shopify', 'bearer'] as const).map(
    (scheme): (typeof wrong)[number] => [
      `${scheme} without a secret`,
      { scheme, secrets: [] },
      `${scheme} needs at least one secret`,
    ],
  ),
  ...(['github', 'stripe', 'slack', 'shopify'] as const).map((scheme): (typeof wrong)[number] => [
    `${scheme} with an empty secret`,
    { scheme, secrets: ['hunter2', ''] },
    `a secret of ${scheme} must not be empty`,
  ]),
  [
    'standard-webhooks with a secret that is not base64',
    { scheme: 'standard-webhooks', secrets: ['whsec_hunter2!'] },
    'a standard-webhooks secret must be base64, with or without the prefix whsec_',
  ],
  [
    'standard-webhooks with a private key',
    { scheme: 'standard-webhooks', secrets: ['whsk_hunter2'] },
    'a standard-webhooks secret must be base64, with or without the prefix whsec_',
  ],
  [
    'standard-webhooks with a public key of another length',
    { scheme: 'standard-webhooks', secrets: ['whpk_hunter2='] },
    'a standard-webhooks public key must be base64 of 32 bytes, behind whpk_',
  ],
  [
    'twilio with an empty token',
    { scheme: 'twilio', secrets: [''], publicUrl: 'https://a.test' },
    'a secret of twilio must not be empty',
  ],
  ['hmac with an empty secret', { ...hmac, secrets: [''] }, 'a secret of hmac must not be empty'],
  [
    'hmac that does not sign the body',
    { ...hmac, signed: 'hunter2' },
    '"signed" must hold {body}: otherwise anybody could change it',
  ],
  [
    'hmac of an id from nowhere',
    { ...hmac, signed: '{id}{body}' },
    '"signed" holds {id}, so idHeader is needed',
  ],
  [
    'hmac of a timestamp from nowhere',
    { ...hmac, signed: '{timestamp}{body}' },
    '"signed" must hold {timestamp} when there is a timestampHeader, and only then',
  ],
  [
    'hmac with a timestamp that is not signed',
    { ...hmac, timestampHeader: 'x-time' },
    '"signed" must hold {timestamp} when there is a timestampHeader, and only then',
  ],
  [
    'hmac of an unknown place',
    { ...hmac, signed: '{body}{path}' },
    '"signed" holds {path}, which is no known place',
  ],
  [
    'basic with an empty password',
    { scheme: 'basic', user: 'a', secrets: [''] },
    'a secret of basic must not be empty',
  ],
  [
    'basic with a colon in the user',
    { scheme: 'basic', user: 'a:b', secrets: ['hunter2'] },
    'the user of basic must not hold a colon',
  ],
  [
    'a bearer token with a space',
    { scheme: 'bearer', secrets: ['hunter2 hunter2'] },
    'a secret of bearer must be visible ASCII characters without spaces',
  ],
  [
    'an API key with a line break',
    { scheme: 'api-key', header: 'x-api-key', secrets: ['hunter2\n'] },
    'a secret of api-key must be visible ASCII characters without spaces',
  ],
];

test.each(wrong)('%s is refused, and says no secret', (_sentence, config, message) => {
  const thrown = messageOf(() => createVerifier(config));
  expect(thrown).toEqual(message);
  expect(thrown).not.toContain('hunter2');
});

test.each(wrong.filter(([, { scheme }]) => scheme !== 'none'))(
  '%s is refused by the signer too',
  (_sentence, config) => {
    // It signs with the first.
    const first = 'secrets' in config && config.secrets.length > 1 ? { ...config, secrets: [''] } : config;
    expect(messageOf(() => createSigner(first))).not.toContain('hunter2');
  },
);

function messageOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was taken');
}
