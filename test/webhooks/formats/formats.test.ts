/** What each format makes of a delivery. */
import { describe, expect, test } from '@jest/globals';
import { composedIdLengthMax } from '../../../webhooks/formats/cloudevents.ts';
import { readItems, refuseMedia } from '../../../webhooks/formats/format.ts';
import { isRefusal } from '../../../webhooks/problem.ts';
import { deliveryIdLengthMax } from '../../../webhooks/checked-items.ts';
import type { FormatCase } from './case.ts';
import { cloudEventsCases } from './cloudevents.ts';
import { formCases } from './form.ts';
import { jsonCases } from './json.ts';

const cases = [...jsonCases, ...formCases, ...cloudEventsCases];

function read({ format, headers = {}, body }: Pick<FormatCase, 'format' | 'headers' | 'body'>) {
  return readItems(format, headers, Buffer.from(body as Buffer));
}

describe('every delivery', () => {
  test.each(cases.map((row) => [row.id, row.format, row.sentence, row] as const))(
    '%s, %s: %s',
    (_id, _format, _sentence, row) => {
      const { expected } = row;
      const result = read(row);
      if ('code' in expected) {
        expect(result).toEqual({ refused: expect.objectContaining(expected) });
        return;
      }
      if (isRefusal(result)) throw new Error(JSON.stringify(result));
      expect(result.isBatch).toBe(expected.isBatch);
      const texts = result.items.map(({ payload }) => payload.text);
      expect(texts).toEqual(expected.items.map(({ text }) => text));
      expect(result.items.map(({ payload }) => payload.json)).toEqual(texts.map((text) => JSON.parse(text)));
      for (const [index, { text: _text, ...known }] of expected.items.entries()) {
        expect(result.items[index]).toMatchObject(known);
        if (known.headers) expect(result.items[index]?.headers).toEqual(known.headers);
      }
    },
  );

  test('has a row of its own', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });
});

test('a media type that is refused is refused before the body is looked at', () => {
  const refused = cases.filter(({ expected }) => 'code' in expected && expected.code.includes('MEDIA_TYPE'));
  const early = refused.filter(({ format, headers = {} }) => refuseMedia(format, headers) !== undefined);
  // The media type of the data of an event in structured mode stands in the body.
  expect(refused.filter((row) => !early.includes(row)).map(({ sentence }) => sentence)).toEqual([
    'data of another media type',
  ]);
});

test('no refusal repeats anything of the delivery', () => {
  const mark = 'marked';
  const bodies = [
    `{"${mark}":1}`,
    `{"specversion":"${mark}"}`,
    `{"id":1,"${mark}":"${mark}"`,
    `${mark}=%${mark}`,
  ];
  const types = [
    mark,
    'application/json',
    'application/cloudevents+json',
    'application/x-www-form-urlencoded',
  ];
  for (const format of ['json', 'cloudevents', 'form'] as const) {
    for (const body of bodies) {
      for (const type of types) {
        const result = read({ format, headers: { 'content-type': type }, body });
        if (isRefusal(result)) expect(JSON.stringify(result)).not.toContain(mark);
      }
    }
  }
});

test('an id that a format composes is never too long for an event', () => {
  expect(composedIdLengthMax).toBeLessThanOrEqual(deliveryIdLengthMax);
});
