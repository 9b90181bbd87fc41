/** What is at rest in the store is of no use without ADMIN_KEY. */
import { beforeAll, expect, test } from '@jest/globals';
import { createSecretBox, type SecretBox } from '../../../webhooks/registrations/secret-box.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let box: SecretBox;
let same: SecretBox;
let other: SecretBox;

beforeAll(async () => {
  [box, same, other] = await Promise.all([
    createSecretBox('admin key of a test'),
    createSecretBox('admin key of a test'),
    createSecretBox('another admin key'),
  ]);
});

test('another node with the same key opens it', () => {
  expect(same.open(box.seal(secret, 'reg_1'), 'reg_1')).toBe(secret);
});

test('no two are alike, and none holds the secret', () => {
  const [one, two] = [box.seal(secret, 'reg_1'), box.seal(secret, 'reg_1')];
  expect(one).not.toBe(two);
  const bytes = Buffer.from(one, 'base64');
  expect(bytes.includes(secret)).toBe(false);
  expect(bytes.includes(Buffer.alloc(32, 7))).toBe(false);
});

test('it opens nowhere else, with no other key, and not when a byte was changed', () => {
  const sealed = box.seal(secret, 'reg_1');
  expect(box.open(sealed, 'reg_2')).toBeNull();
  expect(other.open(sealed, 'reg_1')).toBeNull();
  const bytes = Buffer.from(sealed, 'base64');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(box.open(changed.toString('base64'), 'reg_1')).toBeNull();
  }
});

test.each(['', 'AAAA', Buffer.alloc(27).toString('base64'), 'not base64 at all!'])('nor "%s"', (sealed) => {
  expect(box.open(sealed, 'reg_1')).toBeNull();
});
