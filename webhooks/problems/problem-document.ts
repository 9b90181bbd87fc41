/** The media type of a problem document (RFC 9457, section 3). */
export const problemMediaType = 'application/problem+json';

/** Every way in which requests of one kind are refused: stable code, status, and what it means. */
export type ProblemRegistry<Code extends string = string> = Readonly<
  Record<Code, { readonly status: number; readonly title: string }>
>;

/** A problem document (RFC 9457): the body of an answer that refuses. */
export interface ProblemDocument<Code extends string = string> {
  readonly status: number;
  readonly title: string;
  readonly code: Code;
  /** What is wrong with this request, for whoever sent it. */
  readonly detail?: string;
}

/** Makes the problem document of a code. */
export function problemDocument<Code extends string>(
  registry: ProblemRegistry<Code>,
  code: Code,
  detail?: string,
): ProblemDocument<Code> {
  const { status, title } = registry[code];
  return { status, title, code, ...(detail && { detail }) };
}

/** Thrown by whatever answers a request, and answered as its problem document. */
export class RequestProblem<Code extends string = string> extends Error {
  override readonly name = 'RequestProblem';
  readonly document: ProblemDocument<Code>;
  /** More headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(document: ProblemDocument<Code>, headers: Readonly<Record<string, string>>) {
    super(document.detail ?? document.title);
    this.document = document;
    this.headers = headers;
  }
}

/** Makes what is to be thrown of a code. */
export type MakeProblem<Code extends string> = (
  code: Code,
  detail?: string,
  headers?: Readonly<Record<string, string>>,
) => RequestProblem<Code>;

/** What makes the problems of one registry. */
export function problemsOf<Code extends string>(registry: ProblemRegistry<Code>): MakeProblem<Code> {
  return (code, detail, headers = {}) => new RequestProblem(problemDocument(registry, code, detail), headers);
}
