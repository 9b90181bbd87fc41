import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { EventLogUrlError } from '../url-error.ts';
import type { TlsFiles } from './address.ts';

/**
 * Reads the certificates that a URL names, once: a new certificate is taken with the next start.
 * @throws EventLogUrlError when a file can't be read; the message names the parameter and the path.
 */
export async function readTlsFiles({ cacert, cert, key, sni }: TlsFiles): Promise<ConnectionOptions> {
  return {
    ...(cacert !== undefined && { ca: await read('cacert', cacert) }),
    ...(cert !== undefined && { cert: await read('cert', cert) }),
    ...(key !== undefined && { key: await read('key', key) }),
    ...(sni !== undefined && { servername: sni }),
  };
}

async function read(parameter: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EventLogUrlError(`${parameter} of the event log's URL can not be read: ${path} (${code})`);
  }
}
