import pluralize from 'pluralize';

/** Words whose capitals stand inside of them: a boundary there would make `oAuth2` of `OAuth2`. */
const oneWord: readonly (readonly [RegExp, string])[] = [
  [/OAuth/g, 'Oauth'],
  [/OpenID/g, 'Openid'],
  [/GraphQL/g, 'Graphql'],
  [/GitHub/g, 'Github'],
  [/GitLab/g, 'Gitlab'],
  [/PayPal/g, 'Paypal'],
  [/\b(i|mac|tv|watch)OS/g, '$1os'],
  [/IPv(?=[46])/g, 'Ipv'],
];

/** Latin letters that Unicode does not take apart into a letter and a mark. */
const latinLetters: ReadonlyMap<string, string> = new Map(
  'ßss æae ÆAE œoe ŒOE øo ØO łl ŁL đd ĐD ðd ÐD þth ÞTh ıi'
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);

/**
 * The words of a name, whatever they are joined with: `order_id`, `orderId`, `order-id` and `order[id]` are all two.
 * Abbreviations are one word (`customerIDs`, `IPAddress`). Letters with marks lose them; a letter that is not Latin
 * is a word of its code point, because GraphQL names are ASCII (specification of October 2021, section 2.1.9).
 */
export function wordsOf(text: string): string[] {
  let spaced = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/^([+-])(?=\d)/g, (sign) => (sign === '+' ? 'plus ' : 'minus '))
    .replaceAll(
      /(?=[^\p{ASCII}])[\p{L}\p{N}]/gu,
      (letter) => latinLetters.get(letter) ?? ` U${codePoint(letter)} `,
    );
  for (const [pattern, word] of oneWord) spaced = spaced.replaceAll(pattern, word);
  return (
    spaced
      // `IDs` and `URLs`: the s belongs to the capitals.
      .replaceAll(/([A-Z])([A-Z]+)s(?![a-z])/g, (_, first: string, rest: string) => {
        return `${first}${rest.toLowerCase()}s`;
      })
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
      .split(/[^A-Za-z0-9]+/)
      .filter((word) => word !== '')
  );
}

function codePoint(letter: string): string {
  return (letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}

/** `orderId`. Empty when there are no words. */
export function camel(words: readonly string[]): string {
  return joined(words.map((word, index) => (index === 0 ? word.toLowerCase() : capitalised(word))));
}

/** `OrderId`. Empty when there are no words. */
export function pascal(words: readonly string[]): string {
  return joined(words.map(capitalised));
}

/** `ORDER_ID`. Empty when there are no words. */
export function constant(words: readonly string[]): string {
  return words.map((word) => word.toUpperCase()).join('_');
}

/** Two numbers in a row stay two: `1.10` is not `11.0`. */
function joined(words: readonly string[]): string {
  return words.reduce((name, word) => `${name}${/\d$/.test(name) && /^\d/.test(word) ? '_' : ''}${word}`, '');
}

function capitalised(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1).toLowerCase()}`;
}

/** What `pluralize` gets wrong, or what nobody says of one thing in an API. */
const sameForOneAndMany: ReadonlySet<string> = new Set(
  (
    'analytics canvas chassis contents credentials criteria data details dns gps hours https kubernetes lens ' +
    'media metadata metrics news os physics preferences settings sms statistics stats tls'
  ).split(' '),
);
const oneOfMany: Readonly<Record<string, string>> = { caches: 'cache', cookies: 'cookie' };

/** `order` of `orders`; a word that has no number stays. */
export function singular(word: string): string {
  const lower = word.toLowerCase();
  if (sameForOneAndMany.has(lower)) return word;
  return (Object.hasOwn(oneOfMany, lower) ? oneOfMany[lower] : undefined) ?? pluralize.singular(word);
}

/** `orders` of `order`; a word that has no number stays. */
export function plural(word: string): string {
  return sameForOneAndMany.has(word.toLowerCase()) ? word : pluralize.plural(word);
}

export function isPlural(word: string): boolean {
  return singular(word) !== word;
}
