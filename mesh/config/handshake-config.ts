import type { ConfigPath, Report } from './config-problem.ts';

/** How the sender asks whether its deliveries are wanted, as it is written. */
export type HandshakeConfig =
  | { scheme: 'cloudevents'; origins: string[] }
  | { scheme: 'websub'; topics?: string[]; verifyToken?: string | string[] }
  | { scheme: 'slack' | 'microsoft-graph' };

/** What the JSON Schema can't say of `handshake`. */
export function judgeHandshake(
  handshake: HandshakeConfig | undefined,
  place: ConfigPath,
  report: Report,
): void {
  if (handshake?.scheme !== 'websub' || handshake.topics || handshake.verifyToken !== undefined) return;
  report(place, 'needs "topics" or "verifyToken": otherwise it would agree with everybody');
}
