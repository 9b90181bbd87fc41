import { isDeepStrictEqual } from 'node:util';
import type { Subgraph, SubgraphEvent } from '../../mesh/subgraph.ts';
import type { SubgraphConfig } from '../../mesh/config/subgraph-config.ts';
import type { HandshakeSettings } from '../../mesh/config/webhook-config.ts';
import type { SecretConfig, VerifyConfig } from '../../mesh/config/verify-config.ts';
import {
  type HandshakeConfig,
  HandshakeConfigError,
  createHandshake,
} from '../../webhooks/handshakes/handshake.ts';
import type { WebhookEvent, WebhookSource } from '../../webhooks/source.ts';
import { type VerificationConfig, createVerifier } from '../../webhooks/verification/verification.ts';
import { SecretFormatError } from '../../webhooks/verification/verifier.ts';

export interface WebhookSourcesOptions {
  subgraphs: readonly Subgraph[];
  /** Whether only this machine can reach the gateway: unsigned deliveries are refused otherwise. */
  isLoopback: boolean;
  /** Base URL of this gateway, as senders reach it; empty when it is not configured. */
  publicUrl: string;
  /** Secrets of services that registered themselves for a source, as they are now. @default none */
  registeredSecretsOf?: ((source: string) => readonly string[]) | undefined;
}

/** Largest delivery where a source says nothing, in bytes. */
export const bodyBytesMaxDefault = 1024 * 1024;

/** Verified deliveries per second where a source says nothing: no ordinary sender comes near (docs/adr/0014). */
export const rateMaxDefault = 1_000;

/**
 * The receiver's sources: one for every subgraph that has webhooks.
 * @throws SubgraphConfigError for an unsigned source that others could reach, for one that signs a URL which is not
 * configured, and for a secret that does not fit its scheme
 */
export function webhookSources(options: WebhookSourcesOptions): WebhookSource[] {
  const { subgraphs, registeredSecretsOf, ...reached } = options;
  return subgraphs.flatMap(({ name, rest }) => {
    if (!rest || rest.events.length === 0) return [];
    const { webhookSource } = rest.config;
    const { bodyBytesMax = bodyBytesMaxDefault, rateMax = rateMaxDefault, registrationToken } = webhookSource;
    const ofFolder = rest.events.map((event) => webhookEvent(event, rest.config, reached));
    const events = registeredSecretsOf
      ? ofFolder.map(withRegisteredSecrets(() => registeredSecretsOf(name)))
      : ofFolder;
    return [{ name, bodyBytesMax, rateMax, registrationToken, events }];
  });
}

/** Those of the folder first, as a sample is signed by the first. Configs that say the same become one and the same. */
function withRegisteredSecrets(registered: () => readonly string[]): (event: WebhookEvent) => WebhookEvent {
  const made: { config: VerificationConfig; verify: VerificationConfig }[] = [];
  const verifyWithThem = (config: VerificationConfig): VerificationConfig => {
    if (config.scheme === 'none') return config;
    const own = typeof config.secrets === 'function' ? config.secrets() : config.secrets;
    let more: readonly string[] = [];
    let all = own;
    const secrets = () => {
      const current = registered();
      if (current !== more) [more, all] = [current, [...own, ...current]];
      return all;
    };
    return { ...config, secrets };
  };
  return (event) => {
    const known = made.find(({ config }) => isDeepStrictEqual(config, event.verify));
    if (known) return { ...event, verify: known.verify };
    const verify = verifyWithThem(event.verify);
    made.push({ config: event.verify, verify });
    return { ...event, verify };
  };
}

type Reached = Omit<WebhookSourcesOptions, 'subgraphs' | 'registeredSecretsOf'>;

function webhookEvent(
  event: SubgraphEvent,
  config: SubgraphConfig,
  { isLoopback, publicUrl }: Reached,
): WebhookEvent {
  const { webhook } = event;
  const { verify = { scheme: 'none' } } = webhook;
  const refuse = (message: string) => config.problem(['webhooks', event.name, 'verify', 'scheme'], message);
  if (!isLoopback && verify.scheme === 'none')
    throw refuse('"none" is refused unless HOST is a loopback address');
  if (publicUrl === '' && verify.scheme === 'twilio') throw refuse('"twilio" signs its URL: set PUBLIC_URL');
  return {
    name: event.name,
    match: webhook.match && { ...webhook.match, equals: webhook.match.equals ?? event.name },
    verify: usable(verification(verify, publicUrl), event, config),
    id: webhook.id,
    subject: webhook.subject,
    format: webhook.format,
    handshake: handshakeOf(event, config),
    schema: event.schema,
    dialect: event.dialect,
    successStatus: event.successStatus,
    isStrict: webhook.strict,
  };
}

function verification(verify: VerifyConfig, publicUrl: string): VerificationConfig {
  switch (verify.scheme) {
    case 'none':
      return { scheme: 'none' };
    case 'twilio':
      return { scheme: 'twilio', secrets: listOf(verify.secret), publicUrl };
    case 'basic':
      return { scheme: 'basic', user: verify.user, secrets: listOf(verify.password) };
    case 'bearer':
      return { scheme: 'bearer', secrets: listOf(verify.token) };
    case 'api-key':
      return { scheme: 'api-key', header: verify.header, secrets: listOf(verify.key) };
    default: {
      const { secret, ...settings } = verify;
      return { ...settings, secrets: listOf(secret) };
    }
  }
}

/** Tries a scheme out, so that a secret of the wrong format is told with its line. */
function usable(
  verify: VerificationConfig,
  event: SubgraphEvent,
  config: SubgraphConfig,
): VerificationConfig {
  try {
    createVerifier(verify);
    return verify;
  } catch (error) {
    if (!(error instanceof SecretFormatError)) throw error;
    throw config.problem(['webhooks', event.name, 'verify', 'secret'], error.message);
  }
}

/** Tries a handshake out, so that one that would agree with nobody is told with its line. */
function handshakeOf({ name, webhook }: SubgraphEvent, config: SubgraphConfig): HandshakeConfig | undefined {
  if (!webhook.handshake) return undefined;
  const handshake = handshakeConfig(webhook.handshake, config.webhookSource.rateMax ?? rateMaxDefault);
  try {
    createHandshake(handshake);
    return handshake;
  } catch (error) {
    if (!(error instanceof HandshakeConfigError)) throw error;
    throw config.problem(['webhooks', name, 'handshake'], error.message);
  }
}

/** @param rateMax deliveries of the source per second */
function handshakeConfig(settings: HandshakeSettings, rateMax: number): HandshakeConfig {
  if (settings.scheme === 'websub') {
    const { topics, verifyToken = [] } = settings;
    return { scheme: 'websub', topics, verifyTokens: listOf(verifyToken) };
  }
  if (settings.scheme !== 'cloudevents') return settings;
  return { ...settings, ratePerMinute: Math.max(1, Math.floor(rateMax * 60)) };
}

function listOf(secret: SecretConfig): readonly string[] {
  return typeof secret === 'string' ? [secret] : secret;
}
