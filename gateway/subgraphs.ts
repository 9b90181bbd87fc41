import { loadSubgraphs, type LoadedSubgraphs } from '../mesh/load-subgraphs.ts';
import type { Environment } from '../mesh/config/subgraph-config.ts';
import type { ObserveRestCall } from '../mesh/rest/call-outcome.ts';
import type { Subgraph } from '../mesh/subgraph.ts';
import { webhookSourceProblem } from '../webhooks/compiled-source.ts';
import type { WebhookSource } from '../webhooks/source.ts';
import { ConfigError, isLoopback, type GatewayConfig } from './config.ts';
import { callbackRegistrations } from './webhooks/callback-registrations.ts';
import { type WebhookSourcesOptions, webhookSources } from './webhooks/webhook-sources.ts';

export interface OpenSubgraphsOptions {
  config: Pick<GatewayConfig, 'subgraphsDir' | 'compiledDir' | 'host' | 'publicUrl'>;
  /** Values for `${NAME}` in subgraph.yaml. */
  env: Environment;
  /** Only these folders; all when absent. */
  only?: readonly string[];
  /** Is told of every call to a service. */
  observeCall?: ObserveRestCall;
}

/**
 * Loads the subgraph folders and tries out their webhooks, so that a folder is either served with all that it says or
 * left out with its reason.
 * @throws ConfigError when the folder that holds them can't be read
 */
export async function openSubgraphs(options: OpenSubgraphsOptions): Promise<LoadedSubgraphs> {
  const { config, env, only, observeCall } = options;
  const { subgraphsDir: dir, compiledDir, host, publicUrl } = config;
  const loaded = await loadSubgraphs({ dir, env, compiledDir, observeCall, ...(only && { only }) }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new ConfigError(`SUBGRAPHS_DIR ${dir} can not be read: ${error.code ?? error.message}`);
    },
  );
  const subgraphs: Subgraph[] = [];
  const problems = [...loaded.problems];
  for (const subgraph of loaded.subgraphs) {
    const reasons = webhookProblems(subgraph, { isLoopback: isLoopback(host), publicUrl });
    if (reasons.length === 0) subgraphs.push(subgraph);
    else {
      problems.push({ name: subgraph.name, message: reasons.join('\n') });
      await subgraph.close();
    }
  }
  return { subgraphs, problems };
}

/** What keeps the webhooks of a folder from being served, each event looked at alone so that all of it is told. */
function webhookProblems(
  subgraph: Subgraph,
  reached: Pick<WebhookSourcesOptions, 'isLoopback' | 'publicUrl'>,
): string[] {
  const { rest } = subgraph;
  const problems = (rest?.events ?? []).flatMap((event) => {
    const subgraphs = rest ? [{ ...subgraph, rest: { ...rest, events: [event] } }] : [];
    return [
      reasonOf(() => webhookSources({ subgraphs, ...reached }).forEach(refuseUnservable)),
      reasonOf(() => void callbackRegistrations({ subgraphs, publicUrl: '' })),
    ];
  });
  return [...new Set(problems.filter((problem) => problem !== undefined))];
}

function refuseUnservable(source: WebhookSource): void {
  const problem = webhookSourceProblem(source);
  if (problem !== undefined) throw new Error(problem);
}

function reasonOf(step: () => void): string | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
