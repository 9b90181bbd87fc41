import { type CloudEventsHandshakeConfig, cloudEventsHandshake } from './cloudevents.ts';
import type { Handshake } from './greeting.ts';
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
