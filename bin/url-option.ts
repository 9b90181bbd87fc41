import { callableUrl } from '../mesh/add/document-facts.ts';
import { UsageError, type CommandInput } from './command.ts';

/**
 * A base URL that a command was called with, without a slash at the end; undefined when it was not.
 * @throws UsageError
 */
export function urlOption({ values }: CommandInput, name: string): string | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const url = callableUrl(text);
  if (url === undefined) throw new UsageError(`--${name} must be an http:// or https:// URL without a query`);
  return url;
}
