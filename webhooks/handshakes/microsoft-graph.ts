import { echo, isEchoable } from './echo.ts';
import type { Handshake } from './greeting.ts';
import { queryOf } from './query.ts';

/**
 * Sends the decoded `validationToken` back with which Microsoft Graph asks, by POST, whether a notification URL is the
 * subscriber's; SharePoint writes it `validationtoken`. The request has no body. One with a body is a delivery: a 2xx
 * would say that it was taken.
 *
 * Source: learn.microsoft.com, "Receive change notifications through webhooks", "Notification endpoint validation".
 */
export const microsoftGraphHandshake: Handshake = {
  greet({ method, target, headers }) {
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    const query = method === 'POST' && !hasBody ? queryOf(target) : null;
    const token = query?.('validationToken') ?? query?.('validationtoken');
    return isEchoable(token) ? echo(token) : undefined;
  },
};
