import type { Parameter, ParameterPlace } from '../../../mesh/rest/parameters.ts';

/** A parameter as a document describes it that says no more than its name and place. */
export function parameter(name: string, place: ParameterPlace, rest: Partial<Parameter> = {}): Parameter {
  const isForm = place === 'query' || place === 'cookie';
  return {
    name,
    in: place,
    argument: name,
    style: isForm ? 'form' : 'simple',
    explode: isForm,
    mediaType: undefined,
    properties: new Set(),
    ...rest,
  };
}

/** RFC 3986: every byte but letters, digits and `-._~`. */
export function percentEncoded(text: string): string {
  const bytes = [...Buffer.from(text)];
  return bytes
    .map((byte) => {
      const char = String.fromCharCode(byte);
      if (/[A-Za-z0-9._~-]/.test(char)) return char;
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
