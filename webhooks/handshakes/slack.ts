import { compileJsonPointer } from '../json-pointer.ts';
import { echo, isEchoable } from './echo.ts';
import type { Handshake } from './greeting.ts';

const [typeOf, challengeOf] = [compileJsonPointer('/type'), compileJsonPointer('/challenge')];

/**
 * Answers the message that Slack sends when a Request URL is entered. It is signed like an event, so it is answered only
 * after the signature was good; the deprecated `token` in it is not looked at.
 *
 * Source: api.slack.com/events/url_verification.
 */
export const slackHandshake: Handshake = {
  answer({ json }) {
    const challenge = challengeOf(json);
    return typeOf(json) === 'url_verification' && isEchoable(challenge) ? echo(challenge) : undefined;
  },
};
