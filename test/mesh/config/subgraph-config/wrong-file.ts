/** A file that is refused: what is wrong with it, and the one line that says so. */
export interface WrongFile {
  readonly id: string;
  readonly sentence: string;
  readonly given: string;
  /** After the path of the file. */
  readonly expected: string;
}

const endpoint = 'endpoint: http://service.test';
/** A file with an endpoint in its first line. */
export const file = (...lines: string[]) => [endpoint, ...lines].join('\n');
