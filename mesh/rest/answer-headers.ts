/** Headers of an answer, names in lower case; one that came several times is a list. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A header that has one value; where a service sends it again, the first counts, as in node:http. */
export function headerOf(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
