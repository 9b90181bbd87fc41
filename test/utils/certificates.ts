import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Certificates made for one test run, and their end. */
export interface Certificates {
  /** The authority that signed all others. */
  readonly ca: Certificate;
  /** Of 127.0.0.1. */
  readonly server: Certificate;
  readonly client: Certificate;
  close(): Promise<void>;
}

/** Makes an authority and what it signs, with keys that nobody else has. Needs `openssl`. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-certificates-'));

  async function make(name: string, args: readonly string[]): Promise<Certificate> {
    const made = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
    const to = ['-keyout', made.key, '-out', made.cert, '-days', '2', '-subj', `/CN=${name}`];
    await run('openssl', ['req', '-x509', ...newKey, ...to, ...args]);
    return made;
  }

  const ca = await make('authority', []);
  const signed = ['-CA', ca.cert, '-CAkey', ca.key, '-addext', 'basicConstraints=critical,CA:false'];
  return {
    ca,
    server: await make('server', [...signed, '-addext', 'subjectAltName=IP:127.0.0.1']),
    client: await make('client', signed),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
