/** A made-up delivery: what an honest sender writes, and what is done to it on its way. */
import type { WhichSecret } from './sources.ts';

/** How the end of a body is told. */
export type Framing =
  | 'length'
  | 'chunked'
  | 'none'
  | 'too long for its length'
  | 'too short for its length'
  | 'boasted length'
  | 'length and chunks'
  | 'two lengths'
  | 'no chunk'
  | 'stalled';

/** What the event log does while the delivery is taken. */
export type Fault = 'none' | 'log' | 'records' | 'taken and not said';

export type Content =
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

export interface BodyRecipe {
  readonly content: Content;
  /** Of CloudEvents. */
  readonly mode: 'structured' | 'binary' | 'batch' | 'base64';
  readonly codings: readonly Coding[];
  /** What `content-encoding` says, where it is not what was done. */
  readonly saidCoding: string | null;
  readonly isSignedWhenCoded: boolean;
}

export type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut' | 'add'; readonly bytes: number }
  | HeaderChange
  | GarbleChange
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  | { readonly kind: 'method' | 'target'; readonly text: string };

/** To the header at that place, however many there are. */
export interface HeaderChange {
  readonly kind: 'drop' | 'repeat' | 'upper-case';
  readonly header: number;
}

/** Some characters of its value are replaced. */
export interface GarbleChange {
  readonly kind: 'garble';
  readonly header: number;
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

export interface Recipe {
  readonly source: string;
  /** Which of its events it is signed for. */
  readonly event: number;
  readonly isOnOwnRoute: boolean;
  readonly body: BodyRecipe;
  readonly id: string;
  readonly secret: WhichSecret;
  /** How far its timestamp lies in the past. */
  readonly ageSeconds: number;
  readonly changes: readonly Change[];
  readonly framing: Framing;
  readonly fault: Fault;
  /** How often it is sent, at the same time. */
  readonly copies: number;
}

/** A delivery with nothing wrong. */
export const good = (source: string): Recipe => ({
  source,
  event: 0,
  isOnOwnRoute: false,
  body: {
    content: { kind: 'fields', fields: { type: 'created', total: 1 } },
    mode: 'structured',
    codings: [],
    saidCoding: null,
    isSignedWhenCoded: false,
  },
  id: 'good',
  secret: 'current',
  ageSeconds: 0,
  changes: [],
  framing: 'length',
  fault: 'none',
  copies: 1,
});
