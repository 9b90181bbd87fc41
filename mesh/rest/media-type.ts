/** How a body of a media type is written. */
export type BodyKind = 'json' | 'multipart' | 'form' | 'text' | 'binary';

/** `type/subtype` in lower case, without parameters (RFC 9110, section 8.3.1). */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** Whether a media type holds JSON: `application/json`, or a type with the suffix (RFC 6839, section 3.1). */
export function isJson(mediaType: string): boolean {
  return /^[^/]+\/(json|.+\+json)$/.test(essenceOf(mediaType));
}

/**
 * How a body of this media type is written; undefined where Sluice can not: XML, and multipart other than
 * `multipart/form-data`. A range such as `image/*` is binary.
 */
export function kindOf(mediaType: string): BodyKind | undefined {
  const essence = essenceOf(mediaType);
  if (isJson(essence)) return 'json';
  if (essence === 'multipart/form-data') return 'multipart';
  if (essence === 'application/x-www-form-urlencoded') return 'form';
  if (essence.startsWith('multipart/') || /^(application|text)\/(xml|.+\+xml)$/.test(essence))
    return undefined;
  return essence.startsWith('text/') ? 'text' : 'binary';
}

/** Whether a media type is within a range (`image/*`, `*` for both), or the same. */
export function isWithin(mediaType: string, range: string): boolean {
  const [type = '', subtype] = essenceOf(range).split('/');
  const [ownType, ownSubtype] = essenceOf(mediaType).split('/');
  return (type === '*' || type === ownType) && (subtype === '*' || subtype === ownSubtype);
}

export function isRange(mediaType: string): boolean {
  return essenceOf(mediaType).includes('*');
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const plain = new RegExp(`^${token}/${token}$`);

/** Whether a text from outside is a media type without parameters and nothing else (RFC 9110, section 8.3.1). */
export function isPlainMediaType(text: string): boolean {
  return plain.test(text) && !text.includes('*');
}
