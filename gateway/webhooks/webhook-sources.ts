import type { Subgraph, SubgraphEvent } from '../../mesh/subgraph.ts';
import { SubgraphConfigError, type VerifyConfig } from '../../mesh/subgraph-config.ts';
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
  return subgraphs
    .filter(({ rest }) => rest && rest.events.length > 0)
    .map(({ name, rest }) => ({
      name,
      bodyBytesMax,
      events: (rest?.events ?? []).map((event) => webhookEvent(name, event, isLoopback)),
    }));
}

function webhookEvent(source: string, event: SubgraphEvent, isLoopback: boolean): WebhookEvent {
  const { webhook } = event;
  if (!isLoopback && webhook.verify?.scheme === 'none') {
    throw new SubgraphConfigError(
      `subgraphs/${source}: webhooks.${event.name}.verify: "none" is refused unless HOST is a loopback address`,
    );
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
