import addFormats, { type FormatName } from 'ajv-formats';
import type { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Formats of ajv-formats that take no more than time linear in the text. Left out is `regex`: it would compile what a
 * payload holds.
 */
const linear: FormatName[] = [
  ...(['date', 'time', 'date-time', 'iso-time', 'iso-date-time', 'duration'] as const),
  ...(['uri', 'uri-reference', 'uri-template', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid', 'byte'] as const),
  ...(['json-pointer', 'json-pointer-uri-fragment', 'relative-json-pointer'] as const),
  ...(['int32', 'int64', 'float', 'double', 'password', 'binary'] as const),
];

/** Adds the formats that are asserted; unknown ones are ignored. */
export function addLinearFormats(ajv: Ajv2020): void {
  addFormats.default(ajv, linear);
  // The pattern of ajv-formats takes time quadratic in the text: seconds for 100 KB.
  ajv.addFormat('url', (text) => /^(?:https?|ftp):\/\/\S*$/i.test(text) && URL.canParse(text));
}
