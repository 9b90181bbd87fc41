/** The part of `negotiator` that is used here; the package has no types of its own. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { headers: Readonly<Record<string, string | undefined>> });
    /** The one of `available` that `accept` prefers; equals are decided by their order in `available`. */
    mediaType(available: readonly string[]): string | undefined;
    /** The one of `available` that `accept-encoding` prefers; equals are decided by their order in `preferred`. */
    encoding(available: readonly string[], options: { preferred: readonly string[] }): string | undefined;
  }
}
