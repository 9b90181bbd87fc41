import { LineCounter, parseDocument } from 'yaml';
import { OpenApiDocumentError } from './openapi-document.ts';

/**
 * Parses a file of a document, JSON or YAML. JSON is tried first, because it is read many times faster; what begins like
 * it and is not may still be YAML. YAML's merge keys (`<<`) are followed, as the tools that write them do.
 * @param file its path, for messages
 * @param warnings keys that a map has twice are told here; the last one counts, as in JSON
 * @throws OpenApiDocumentError with file and line when it is neither
 */
export function parseDocumentText(text: string, file: string, warnings: string[]): unknown {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (/^\s*[{[]/.test(content)) {
    try {
      return JSON.parse(content) as unknown;
    } catch {
      // The YAML parser says where.
    }
  }
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, merge: true });
  const lineOf = (offset: number) => lines.linePos(offset).line;
  for (const { code, pos, message } of document.errors) {
    if (code === 'DUPLICATE_KEY') {
      warnings.push(`${file}:${lineOf(pos[0])}: a key is here for the second time; the last one counts`);
      continue;
    }
    const [reason = ''] = message.split(/ at line \d+, column \d+:?\n/);
    throw new OpenApiDocumentError(
      `${file}:${lineOf(pos[0])}: not valid YAML or JSON: ${reason.split('\n')[0]}`,
    );
  }
  try {
    return document.toJS({ maxAliasCount: 1000 }) as unknown;
  } catch (error) {
    throw new OpenApiDocumentError(`${file}: not valid YAML or JSON: ${(error as Error).message}`);
  }
}
