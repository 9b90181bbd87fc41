/** Published signatures pass and any change of one bit fails; every scheme takes and refuses what its table says. */
import { createHash, createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { createMac } from '../../webhooks/verification/mac.ts';
import { createSigner, signedUrl } from '../../webhooks/verification/signing.ts';
import { formParametersMax } from '../../webhooks/verification/twilio.ts';
import {
  type SecretVerificationConfig,
  createVerifier,
  idPlaceOf,
} from '../../webhooks/verification/verification.ts';
import { SecretFormatError } from '../../webhooks/verification/verifier.ts';
import { nowMs, secrets } from './senders.ts';
import { verificationCases } from './verification/cases.ts';
import { bodyHashOf, published, vectors } from './verification/published.ts';
import { deliveryOf, schemes } from './verification/schemes.ts';

test('all published vectors are there, each a delivery or the hash of one', () => {
  expect([vectors.size, published.length]).toEqual([20, 19]);
  const { payload = '', expected } = vectors.get(bodyHashOf) ?? {};
  expect(createHash('sha256').update(payload).digest('hex')).toBe(expected);
  const config = { scheme: 'twilio', secrets: ['12345'], publicUrl: 'https://a.test' } as const;
  const sent = { url: 'https://a.test/x?foo=1', body: Buffer.from(payload), contentType: 'application/json' };
  expect(signedUrl(config, sent)).toBe(`https://a.test/x?foo=1&bodySHA256=${expected}`);
});

describe.each(published)('$name', (given) => {
  const { config, headers, body, signedHeaders, isSame } = given;
  const verify = createVerifier(config);

  test('is good', () => {
    expect(verify(given)).toBe(true);
  });

  test('is not good with any bit of the body flipped', () => {
    const taken = withEachBitFlipped(body)
      .filter((changed) => !isSame(changed))
      .filter((changed) => verify({ ...given, body: changed }));
    expect(taken).toEqual([]);
  });

  test.each(signedHeaders)('is not good with any bit of %s flipped', (name) => {
    const taken = withEachBitFlipped(Buffer.from(headers[name] as string, 'latin1')).filter((changed) =>
      verify({ ...given, headers: { ...headers, [name]: changed.toString('latin1') } }),
    );
    expect(taken).toEqual([]);
  });

  test('is not good with any bit of the secret flipped', () => {
    const [secret = ''] = config.secrets;
    const taken = withEachBitFlipped(Buffer.from(secret)).filter((changed) =>
      isTaken({ ...config, secrets: [changed.toString('latin1')] }),
    );
    expect(taken).toEqual([]);
  });

  /** A secret that does not fit its scheme verifies nothing either. */
  function isTaken(changed: SecretVerificationConfig): boolean {
    try {
      return createVerifier(changed)(given);
    } catch (error) {
      if (error instanceof SecretFormatError) return false;
      throw error;
    }
  }

  test('is not good with a byte more', () => {
    expect(verify({ ...given, body: Buffer.concat([body, Buffer.from('\n')]) })).toBe(false);
  });

  test('is good with another secret configured before or after it, and not with another alone', () => {
    const [secret = ''] = config.secrets;
    const withSecrets = (...known: string[]) => createVerifier({ ...config, secrets: known })(given);
    expect(withSecrets(secrets.other, secret)).toBe(true);
    expect(withSecrets(secret, secrets.other)).toBe(true);
    expect(withSecrets(secrets.other)).toBe(false);
  });

  test.each(signedHeaders)('is not good without %s, nor with it twice', (name) => {
    expect(verify({ ...given, headers: { ...headers, [name]: undefined } })).toBe(false);
    const twice = [headers[name] as string, headers[name] as string];
    expect(verify({ ...given, headers: { ...headers, [name]: twice } })).toBe(false);
  });
});

test('the table has every scheme that is signed with a secret', () => {
  const known = new Set(schemes.map(({ config }) => config.scheme));
  expect([...known].toSorted()).toEqual([
    'api-key',
    'basic',
    'bearer',
    'github',
    'hmac',
    'shopify',
    'slack',
    'standard-webhooks',
    'stripe',
    'twilio',
  ]);
  expect(verificationCases.length).toBeGreaterThan(250);
});

test.each(verificationCases.map((row) => [row.sentence, row.isGood ? 'good' : 'refused', row] as const))(
  '%s is %s',
  (_sentence, _verdict, { scheme, secrets: known, given, isGood }) => {
    expect(createVerifier({ ...scheme.config, secrets: known })(given)).toBe(isGood);
  },
);

describe.each(schemes.filter(({ hasSigner }) => hasSigner))('the signer of $name', (scheme) => {
  const config = { ...scheme.config, secrets: [scheme.secrets.current, scheme.secrets.former] };
  const body = Buffer.from(scheme.body);
  const { contentType } = scheme;
  const url = signedUrl(config, { url: 'http://127.0.0.1:4000/webhooks/a/b?c=d', body, contentType });
  const { pathname, search } = new URL(url);
  const headers = createSigner(config)({ body, id: 'id-7', nowMs, url, contentType });
  const given = {
    headers: { 'content-type': contentType, ...headers },
    body,
    nowMs,
    target: `${pathname}${search}`,
  };

  test('makes what its verifier takes, with the first secret', () => {
    expect(createVerifier({ ...config, secrets: [scheme.secrets.current] })(given)).toBe(true);
    expect(createVerifier({ ...config, secrets: [scheme.secrets.former] })(given)).toBe(false);
  });

  test('adds the id where the scheme has a header for it', () => {
    const place = idPlaceOf(config);
    if (place && 'header' in place) expect(headers).toMatchObject({ [place.header.toLowerCase()]: 'id-7' });
    else expect(Object.values(headers).join()).not.toContain('id-7');
  });
});

test('a form of Twilio with more parameters than anybody needs is refused before they are sorted', () => {
  const [publicUrl, target, secret] = ['https://hooks.example.com', '/webhooks/calls', 'token'];
  const verify = createVerifier({ scheme: 'twilio', secrets: [secret], publicUrl });
  const isTaken = (count: number) => {
    const names = Array.from({ length: count }, (_, at) => `p${10_000 + at}`);
    const code = createHmac('sha1', secret)
      .update(`${publicUrl}${target}${names.join('')}`)
      .digest('base64');
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': code };
    return verify({ headers, body: Buffer.from(names.join('&')), target, nowMs });
  };
  expect([isTaken(formParametersMax), isTaken(formParametersMax + 1)]).toEqual([true, false]);
});

test('nobody signs with a public key', () => {
  const [, asymmetric] = schemes;
  if (!asymmetric) throw new Error('no scheme');
  const config = { ...asymmetric.config, secrets: [asymmetric.secrets.current] };
  expect(() => createSigner(config)).toThrow(/^whpk_ is a public key/);
});

test('the secret of a Standard Webhooks vector works without its prefix', () => {
  const vector = published.find(({ name }) => name === 'standard-webhooks-v1');
  if (!vector) throw new Error('no vector');
  const bare = vector.config.secrets.map((secret) => secret.replace('whsec_', ''));
  expect(createVerifier({ ...vector.config, secrets: bare })(vector)).toBe(true);
});

test('the tolerance is the configured one, both ways, its edges included', () => {
  const vector = published.find(({ name }) => name === 'standard-webhooks-v1');
  if (vector?.config.scheme !== 'standard-webhooks') throw new Error('no vector');
  const verify = createVerifier({ ...vector.config, toleranceSeconds: 10 });
  const after = (ms: number) => verify({ ...vector, nowMs: vector.nowMs + ms });
  expect([-10_001, -10_000, 0, 10_000, 10_001].map(after)).toEqual([false, true, true, true, false]);
});

describe('secrets that change while the gateway runs', () => {
  const [scheme] = schemes;
  if (!scheme) throw new Error('no scheme');
  const by = (secret: string) => deliveryOf(scheme, { secret });
  const { current, former } = scheme.secrets;

  test('are those of the moment, and one that does not fit is left out', () => {
    let list: readonly string[] = [former];
    const verify = createVerifier({ ...scheme.config, secrets: () => list });
    expect([verify(by(former)), verify(by(current))]).toEqual([true, false]);
    list = ['not base64', current, former];
    expect([verify(by(former)), verify(by(current))]).toEqual([true, true]);
    list = [current];
    expect([verify(by(former)), verify(by(current))]).toEqual([false, true]);
  });

  test('are made into keys once for each list', () => {
    let read = 0;
    const list = new Proxy([current], {
      get: (target, property, receiver) => {
        if (property === '0') read += 1;
        return Reflect.get(target, property, receiver) as unknown;
      },
    });
    const verify = createVerifier({ ...scheme.config, secrets: () => list });
    expect([1, 2, 3].map(() => verify(by(current)))).toEqual([true, true, true]);
    expect(read).toBe(1);
  });
});

describe('a Stripe header', () => {
  const scheme = schemes.find(({ name }) => name === 'stripe');
  if (!scheme) throw new Error('no scheme');
  const verify = createVerifier({ ...scheme.config, secrets: [scheme.secrets.current] });
  const good = deliveryOf(scheme);
  const signature = good.headers['stripe-signature' as keyof typeof good.headers];
  const [time = '', code = ''] = signature.split(',');
  test.each([
    ['with an unknown v0 behind', `${signature},v0=00`, true],
    ['with another v1 before', `${time},v1=${'0'.repeat(64)},${code}`, true],
    ['with another v1 behind', `${signature},v1=${'0'.repeat(64)}`, true],
    ['with the code as v0', `${time},${code.replace('v1', 'v0')}`, false],
    ['with two times', `${time},${signature}`, false],
    ['without a time', code, false],
    ['without a code', time, false],
    ['with spaces', `${time}, ${code}`, false],
    ['in another order', `${code},${time}`, true],
  ])('%s', (_sentence, value, isGood) => {
    expect(verify({ ...good, headers: { 'stripe-signature': value } })).toBe(isGood);
  });
});

describe('a Standard Webhooks header', () => {
  const [symmetric, asymmetric] = schemes;
  if (!symmetric || !asymmetric) throw new Error('no scheme');
  const both = { ...symmetric.config, secrets: [symmetric.secrets.current, asymmetric.secrets.current] };
  const signatureOf = (scheme: typeof symmetric) =>
    deliveryOf(scheme).headers['webhook-signature' as never] as string;
  const [v1, v1a] = [signatureOf(symmetric), signatureOf(asymmetric)];
  const good = deliveryOf(symmetric);
  test.each([
    ['of both kinds', `${v1} ${v1a}`, true],
    ['with one good among bad ones', `v1,AAAA v1a,AAAA v2,AAAA ${v1a}`, true],
    ['with the asymmetric code as v1', v1a.replace('v1a,', 'v1,'), false],
    ['with the symmetric code as v1a', v1.replace('v1,', 'v1a,'), false],
    ['with commas between them', `${v1},${v1a}`, false],
    [
      'with more asymmetric ones than anybody needs before the good one',
      `${'v1a,AAAA '.repeat(8)}${v1a}`,
      false,
    ],
  ])('%s', (_sentence, value, isGood) => {
    const headers = { ...good.headers, 'webhook-signature': value };
    expect(createVerifier(both)({ ...good, headers })).toBe(isGood);
  });
});

test.each(['sha1', 'sha256', 'sha512'] as const)(
  'the HMAC of any key and message by %s is that of Node',
  (algorithm) => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    const encodings = fc.constantFrom('hex', 'base64', 'base64url');
    fc.assert(
      fc.property(bytes, bytes, bytes, encodings, (key, before, body, encoding) => {
        const mac = createMac(key, { algorithm, encoding, prefix: 'v1=' });
        const code = createHmac(algorithm, key).update(before).update(body).digest(encoding);
        expect(mac([before.toString('latin1'), body]).toString()).toBe(`v1=${code}`);
      }),
      { numRuns: 500 },
    );
  },
);

test('no header value, however odd, is good or makes a verifier throw', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.constant(undefined),
    fc.stringMatching(/^(?:v1a?,[A-Za-z0-9+/]{43}= ?){1,3}$/),
    fc.stringMatching(/^(?:sha256=|v0=|)[0-9a-f]{64}$/),
    fc.stringMatching(/^t=\d{1,20},v1=[0-9a-f]{64}$/),
    fc.stringMatching(/^(?:Basic|Bearer) [!-~]{1,40}$/),
    fc.stringMatching(/^\d{1,20}$/),
    fc.constantFrom('application/x-www-form-urlencoded', 'application/json'),
  );
  const names = new Set([...schemes.flatMap(({ needs }) => needs), 'content-type']);
  const headers = fc.record(Object.fromEntries([...names].map((name) => [name, value])));
  const bytes = fc.oneof(fc.uint8Array(), fc.stringMatching(/^(?:[a-z%+]{0,5}=[%A-F0-9]{0,5}&?){1,5}$/));
  const target = fc.oneof(fc.constant('/webhooks/a'), fc.webPath(), fc.string());
  const verifiers = [
    ...schemes.map(({ config, secrets: { current } }) => createVerifier({ ...config, secrets: [current] })),
    ...published.map(({ config }) => createVerifier(config)),
  ];
  fc.assert(
    fc.property(headers, bytes, target, (given, body, at) => {
      for (const verify of verifiers) {
        expect(verify({ headers: given, body: Buffer.from(body as string), target: at, nowMs })).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

function withEachBitFlipped(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return changed;
  });
}
