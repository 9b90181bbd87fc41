import type { ConfigPath, Report } from './config-problem.ts';

/** One secret, or several while they are rotated. */
export type SecretConfig = string | string[];

/** How deliveries are signed, as it is written. */
export type VerifyConfig =
  | {
      scheme: 'standard-webhooks';
      secret: SecretConfig;
      headerPrefix?: 'webhook' | 'svix';
      toleranceSeconds?: number;
    }
  | { scheme: 'stripe' | 'slack'; secret: SecretConfig; toleranceSeconds?: number }
  | { scheme: 'github' | 'shopify'; secret: SecretConfig }
  | { scheme: 'twilio'; secret: SecretConfig }
  | HmacVerifyConfig
  | { scheme: 'basic'; user: string; password: SecretConfig }
  | { scheme: 'bearer'; token: SecretConfig }
  | { scheme: 'api-key'; header: string; key: SecretConfig }
  | { scheme: 'none' };

export interface HmacVerifyConfig {
  scheme: 'hmac';
  secret: SecretConfig;
  header: string;
  algorithm?: 'sha256' | 'sha1' | 'sha512';
  encoding?: 'hex' | 'base64' | 'base64url';
  prefix?: string;
  signed?: string;
  idHeader?: string;
  timestampHeader?: string;
  timestampUnit?: 'seconds' | 'milliseconds';
  toleranceSeconds?: number;
}

/**
 * What the JSON Schema can't say of `verify`.
 * @param place of the webhook, or of the defaults
 */
export function judgeVerify(
  webhook: { verify?: VerifyConfig } | undefined,
  place: ConfigPath,
  report: Report,
): void {
  if (webhook?.verify?.scheme !== 'hmac') return;
  const { signed = '{body}', idHeader, timestampHeader, timestampUnit, toleranceSeconds } = webhook.verify;
  const tell = (field: string, message: string) => report([...place, 'verify', field], message);
  if (!signed.includes('{body}')) tell('signed', 'must hold {body}: otherwise anybody could change it');
  if (signed.includes('{id}') && idHeader === undefined) tell('idHeader', 'is missing: "signed" holds {id}');
  if (timestampHeader !== undefined) {
    if (!signed.includes('{timestamp}'))
      tell('timestampHeader', 'is not signed: put {timestamp} into "signed"');
    return;
  }
  if (signed.includes('{timestamp}')) tell('timestampHeader', 'is missing: "signed" holds {timestamp}');
  if (timestampUnit !== undefined) tell('timestampUnit', 'needs a timestampHeader');
  if (toleranceSeconds !== undefined) tell('toleranceSeconds', 'needs a timestampHeader');
}
