import type { Logger } from '../logger.ts';
import { parseRedisUrl } from './address.ts';
import { openCluster } from './cluster-connections.ts';
import type { Connections } from './connections.ts';
import { openServer } from './server-connections.ts';
import { readTlsFiles } from './tls.ts';

export interface ConnectionsOptions {
  /** As `parseRedisUrl` reads it. */
  readonly url: string;
  readonly log: Logger;
  /** Bound of every command and of every attempt to connect. */
  readonly commandTimeoutMs: number;
  /** Spreads reconnections, 0 to 1. */
  readonly random: () => number;
}

/**
 * Connects, or fails to: it resolves after the first attempt either way, and the connections go on trying.
 * @throws EventLogUrlError for a URL that names no Redis, or a certificate that can't be read.
 */
export async function openConnections(options: ConnectionsOptions): Promise<Connections> {
  const { url, log, commandTimeoutMs, random } = options;
  const address = parseRedisUrl(url);
  const tls = address.tls === null ? null : await readTlsFiles(address.tls);
  const settings = { tls, log, commandTimeoutMs, random };
  return address.kind === 'cluster' ? openCluster(address, settings) : openServer(address, settings);
}
