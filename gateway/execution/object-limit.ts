import type { GraphQLError } from 'graphql';
import { clientError } from '../errors.ts';

/**
 * Most objects that one fetch is merged into, and that the links of one service lead to in it. Lists in lists multiply:
 * where a customer has two orders, 60 levels of customers and orders would be more objects than fit into any memory, made
 * of a few REST calls.
 */
export const objectsMax = 100_000;

/** The operation wants more than `objectsMax`. */
export function tooManyObjects(): GraphQLError {
  const message = `The operation asks for more than ${objectsMax} objects at a time`;
  return clientError('OPERATION_TOO_COMPLEX', message);
}
