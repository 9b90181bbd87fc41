/** The shape of a row in the tables of formats, and what several rows share. */
import type { DeliveryHeaders } from '../../../webhooks/delivery.ts';
import type { DeliveryFormat } from '../../../webhooks/formats/format.ts';

export interface FormatCase {
  readonly id: string;
  readonly sentence: string;
  readonly format: DeliveryFormat;
  readonly headers?: DeliveryHeaders;
  readonly body: string | Buffer;
  /** The items, each with what it holds at least; or why there are none. */
  readonly expected: ExpectedItems | { readonly code: string; readonly detail: string };
}

interface ExpectedItems {
  readonly isBatch: boolean;
  readonly items: readonly {
    /** The payload's text. */
    readonly text: string;
    readonly id?: string;
    readonly type?: string;
    readonly subject?: string;
    readonly headers?: DeliveryHeaders;
  }[];
}

/** One event, whose payload is this text. */
export const one = (
  text: string,
  more: Omit<ExpectedItems['items'][number], 'text'> = {},
): ExpectedItems => ({
  isBatch: false,
  items: [{ text, ...more }],
});
export const malformed = (detail: string) => ({ code: 'WEBHOOK_BODY_MALFORMED', detail });
export const unsupported = (detail: string) => ({ code: 'WEBHOOK_MEDIA_TYPE_UNSUPPORTED', detail });
