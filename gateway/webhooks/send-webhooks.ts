import { randomUUID } from 'node:crypto';
import type { Environment } from '../../mesh/config/subgraph-config.ts';
import type { WebhookEvent } from '../../webhooks/source.ts';
import { createSigner, signedUrl } from '../../webhooks/verification/signing.ts';
import { isLoopback, localUrl, type GatewayConfig } from '../config.ts';
import { openSubgraphs } from '../subgraphs.ts';
import { type SampleOf, sampleDeliveries, sampleProblem } from './sample-delivery.ts';
import { webhookSources } from './webhook-sources.ts';

export interface SendWebhooksOptions {
  config: GatewayConfig;
  /** Values for `${NAME}` in subgraph.yaml. */
  env: Environment;
  /** Name of the subgraph. */
  source: string;
  event: string;
  sampleOf: SampleOf;
  /** The body to send; a sample when absent. */
  data?: Buffer | undefined;
  /** How many are sent, one after the other, each with an id of its own. */
  times: number;
  /** Base URL of the gateway. @default where HOST and PORT say that it listens */
  url?: string | undefined;
  /** Is told of each answer as it comes. */
  onAnswer: (answer: WebhookSent) => void;
  /** Is told when the sample does not fit its own schema. */
  onProblem: (problem: string) => void;
}

/** What the gateway answered to one delivery. */
export interface WebhookSent {
  readonly id: string;
  readonly status: number;
  readonly isDuplicate: boolean;
  /** It was verified and is no event: it is a dead letter. */
  readonly isQuarantined: boolean;
  /** What the answer says; empty for most 2xx. */
  readonly text: string;
  readonly durationMs: number;
}

/**
 * Sends an event to a running gateway as its service would, signed with what the folder of the service says.
 * @returns whether all were taken as events, or had been before
 * @throws Error when the folder has no such event, its scheme is one that only the sender can sign, or nothing answers
 */
export async function sendWebhooks(options: SendWebhooksOptions): Promise<boolean> {
  const { config, source, sampleOf, data, times, onAnswer, onProblem } = options;
  const event = await findEvent(options);
  const problem = data ? undefined : sampleProblem(event, sampleOf);
  if (problem !== undefined) onProblem(problem);
  const deliveryOf = sampleDeliveries({ source, event, sampleOf, data, isRepeated: times > 1 });
  const sign = createSigner(event.verify);
  const base = options.url ?? localUrl(config.host, config.port);
  let isGood = true;
  for (let sent = 0; sent < times; sent++) {
    const id = randomUUID();
    const { body, headers } = deliveryOf(id);
    const contentType = headers['content-type'] ?? '';
    const path = `/webhooks/${encodeURIComponent(source)}/${encodeURIComponent(event.name)}`;
    const url = signedUrl(event.verify, { url: `${base}${path}`, body, contentType });
    const signed = sign({ body, id, nowMs: Date.now(), url, contentType });
    const answer = await send({ url, base, body, headers: { ...headers, ...signed } });
    onAnswer({ id, ...answer });
    isGood &&= isTaken(answer);
  }
  return isGood;
}

/** Whether an answer says that the delivery is an event of the log. */
export function isTaken({ status, isQuarantined }: Omit<WebhookSent, 'id'>): boolean {
  return status >= 200 && status < 300 && !isQuarantined;
}

async function findEvent({ config, env, source, event: name }: SendWebhooksOptions): Promise<WebhookEvent> {
  const { subgraphs, problems } = await openSubgraphs({ config, env, only: [source] });
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  if (subgraphs.length === 0) throw new Error(`there is no folder ${source} in ${config.subgraphsDir}`);
  const { publicUrl } = config;
  const [found] = webhookSources({ subgraphs, isLoopback: isLoopback(config.host), publicUrl });
  const event = found?.events.find((candidate) => candidate.name === name);
  if (event) return event;
  const known = found?.events.map((candidate) => candidate.name).join(', ') ?? 'none';
  throw new Error(`${source} has no event ${name}; it has: ${known}`);
}

async function send({
  url,
  base,
  body,
  headers,
}: {
  url: string;
  base: string;
  body: Buffer;
  headers: Record<string, string>;
}): Promise<Omit<WebhookSent, 'id'>> {
  const startMs = performance.now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
      redirect: 'manual',
    });
    const text = await response.text();
    return {
      status: response.status,
      isDuplicate: response.headers.get('sluice-duplicate') === 'true',
      isQuarantined: response.headers.get('sluice-quarantined') === 'true',
      text,
      durationMs: performance.now() - startMs,
    };
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    throw new Error(`nothing answers at ${base}${code === undefined ? '' : ` (${code})`}`, { cause: error });
  }
}
