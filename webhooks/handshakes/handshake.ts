import type { WebhookAnswer } from '../answer.ts';
import type { Payload } from '../payload.ts';
import { type CloudEventsHandshakeConfig, cloudEventsHandshake } from './cloudevents.ts';
import type { Handshake, HandshakeRequest } from './greeting.ts';
import { microsoftGraphHandshake } from './microsoft-graph.ts';
import { slackHandshake } from './slack.ts';
import { type WebSubConfig, webSubHandshake } from './websub.ts';

export { type Handshake, HandshakeConfigError, type HandshakeRequest } from './greeting.ts';

/** The handshake of a source, and whom it agrees with. */
export type HandshakeConfig =
  | CloudEventsHandshakeConfig
  | WebSubConfig
  | { readonly scheme: 'slack' }
  | { readonly scheme: 'microsoft-graph' };

export type HandshakeScheme = HandshakeConfig['scheme'];

/**
 * Makes a handshake.
 * @throws HandshakeConfigError when its configuration would agree with nobody, or with everybody by mistake
 */
export function createHandshake(config: HandshakeConfig): Handshake {
  if (config.scheme === 'cloudevents') return cloudEventsHandshake(config);
  if (config.scheme === 'websub') return webSubHandshake(config);
  return config.scheme === 'slack' ? slackHandshake : microsoftGraphHandshake;
}

/** Answers a request that is a handshake of this URL. One that agrees wins over one that does not. */
export function greet(
  handshakes: readonly Handshake[],
  request: HandshakeRequest,
): WebhookAnswer | undefined {
  const answers = handshakes.flatMap((handshake) => handshake.greet?.(request) ?? []);
  return answers.find(({ outcome }) => outcome === 'handshake') ?? answers[0];
}

/** Answers a verified message that is a handshake of this URL. */
export function answerMessage(handshakes: readonly Handshake[], payload: Payload): WebhookAnswer | undefined {
  return handshakes.map(({ answer }) => answer?.(payload)).find((answer) => answer !== undefined);
}
