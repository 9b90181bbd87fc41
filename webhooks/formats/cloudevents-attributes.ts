/** The attributes of a CloudEvent that Sluice reads, checked. */
export interface CloudEventAttributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly datacontenttype: string | undefined;
}

/** Most characters of an attribute. The specification sets no limit but that of a whole event (64 KB to be forwarded). */
export const attributeLengthMax = 2048;

/**
 * Checks the attributes of an event by CloudEvents 1.0.2, sections "Type System", "REQUIRED Attributes" and "OPTIONAL
 * Attributes". `null` is as good as nothing (JSON format, section 2.2).
 * @param given by attribute name; of what is none of the specification's own, nothing is asked here
 * @returns a sentence for the sender when a rule is broken; it holds nothing of the event
 */
export function readAttributes(given: Readonly<Record<string, unknown>>): CloudEventAttributes | string {
  for (const [name, rule] of Object.entries(rules)) {
    const value = given[name] ?? undefined;
    if (value === undefined && !rule.isRequired) continue;
    if (value === undefined) return `A CloudEvent needs the attribute ${name}.`;
    if (typeof value !== 'string' || !isText(value) || !rule.holds(value)) {
      return `The CloudEvents attribute ${name} must be ${rule.wanted}.`;
    }
  }
  const { id, source, type, subject, datacontenttype } = given as Record<string, string | null>;
  return {
    id: id ?? '',
    source: source ?? '',
    type: type ?? '',
    subject: subject ?? undefined,
    datacontenttype: datacontenttype ?? undefined,
  };
}

/** Whether a JSON member can be an attribute: its name ("Naming Conventions"), and the type of its value. */
export function isAttribute(name: string, value: unknown): boolean {
  if (!/^[a-z0-9]+$/.test(name)) return false;
  if (typeof value === 'string') return value === '' || isText(value);
  if (typeof value === 'number') return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  return value === null || typeof value === 'boolean';
}

/**
 * An attribute that came as a header (HTTP binding, section 3.1.3.2): quoted strings first, then one round of
 * percent-decoding.
 * @returns null when it is not ASCII, a quote or an escape is not complete, or the bytes are no UTF-8
 */
export function decodeAttributeHeader(value: string): string | null {
  if (!/^[\x20-\x7e]*$/.test(value) || !/^(?:[^"]|"(?:[^"\\]|\\.)*")*$/.test(value)) return null;
  const unquoted = value.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_quoted, inner: string) =>
    inner.replaceAll(/\\(.)/g, '$1'),
  );
  try {
    return decodeURIComponent(unquoted);
  } catch {
    return null;
  }
}

interface AttributeRule {
  readonly isRequired: boolean;
  /** Completes "must be". */
  readonly wanted: string;
  /** What is asked besides being a text. */
  readonly holds: (value: string) => boolean;
}

const text = `a text of 1 to ${attributeLengthMax} printable characters`;
const rules: Readonly<Record<string, AttributeRule>> = {
  specversion: { isRequired: true, wanted: '1.0', holds: (value) => value === '1.0' },
  id: { isRequired: true, wanted: text, holds: () => true },
  source: { isRequired: true, wanted: 'a URI reference (RFC 3986)', holds: isUriReference },
  type: { isRequired: true, wanted: text, holds: () => true },
  subject: { isRequired: false, wanted: text, holds: () => true },
  time: { isRequired: false, wanted: 'a date and time by RFC 3339', holds: isTimestamp },
  datacontenttype: { isRequired: false, wanted: 'a media type', holds: isMediaType },
  dataschema: {
    isRequired: false,
    wanted: 'an absolute URI (RFC 3986)',
    holds: (value) => isUriReference(value) && /^[a-z][a-z0-9+.-]*:/i.test(value),
  },
};

/** What the type `String` may hold; everything else here is written as one. */
function isText(value: string): boolean {
  return (
    value !== '' &&
    value.length <= attributeLengthMax &&
    !/[\p{Control}\p{Surrogate}\p{Noncharacter_Code_Point}]/u.test(value)
  );
}

function isUriReference(value: string): boolean {
  return /^(?:[\w.~:/?@!$&'()*+,;=[\]-]|%[\da-f]{2})*(?:#(?:[\w.~:/?@!$&'()*+,;=-]|%[\da-f]{2})*)?$/i.test(
    value,
  );
}

/** A leap second is refused: no clock here knows it. */
function isTimestamp(value: string): boolean {
  const isWritten = /^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:z|[+-]\d{2}:\d{2})$/i.test(value);
  return isWritten && dayExists(value) && !Number.isNaN(Date.parse(value.toUpperCase()));
}

/** `Date.parse` takes 31 February for 3 March. */
function dayExists(value: string): boolean {
  const date = value.slice(0, 10);
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

function isMediaType(value: string): boolean {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(?:;.*)?$/.test(value);
}
