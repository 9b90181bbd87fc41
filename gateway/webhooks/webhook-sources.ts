import type { Subgraph, SubgraphEvent } from '../../mesh/subgraph.ts';
import type { SubgraphConfig, VerifyConfig } from '../../mesh/config/subgraph-config.ts';
import type { WebhookEvent, WebhookSource } from '../../webhooks/source.ts';
import type { VerificationConfig } from '../../webhooks/verification/verification.ts';

export interface WebhookSourcesOptions {
  subgraphs: readonly Subgraph[];
  /** Whether only this machine can reach the gateway: unsigned deliveries are refused otherwise. */
  isLoopback: boolean;
  /** Largest delivery, in bytes. @default 1 MiB */
  bodyBytesMax?: number;
}

/**
 * The receiver's sources: one for every subgraph that has webhooks.
 * @throws SubgraphConfigError for an unsigned source that others could reach
 */
export function webhookSources(options: WebhookSourcesOptions): WebhookSource[] {
  const { subgraphs, isLoopback, bodyBytesMax = 1024 * 1024 } = options;
  return subgraphs.flatMap(({ name, rest }) => {
    if (!rest || rest.events.length === 0) return [];
    const events = rest.events.map((event) => webhookEvent(event, rest.config, isLoopback));
    return [{ name, bodyBytesMax, events }];
  });
}

function webhookEvent(event: SubgraphEvent, config: SubgraphConfig, isLoopback: boolean): WebhookEvent {
  const { webhook } = event;
  if (!isLoopback && webhook.verify?.scheme === 'none') {
    const message = '"none" is refused unless HOST is a loopback address';
    throw config.problem(['webhooks', event.name, 'verify', 'scheme'], message);
  }
  return {
    name: event.name,
    match: webhook.match && { ...webhook.match, equals: webhook.match.equals ?? event.name },
    verify: verification(webhook.verify),
    id: webhook.id,
    subject: webhook.subject,
    schema: event.schema,
    dialect: event.dialect,
    successStatus: event.successStatus,
  };
}

function verification(verify: VerifyConfig | undefined): VerificationConfig {
  if (!verify || verify.scheme === 'none') return { scheme: 'none' };
  const { scheme, secret = [], toleranceSeconds } = verify;
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (scheme === 'github') return { scheme, secrets };
  return { scheme, secrets, ...(toleranceSeconds !== undefined && { toleranceSeconds }) };
}
