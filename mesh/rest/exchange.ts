import type { Dispatcher } from 'undici';
import type { AnswerHeaders } from './answer-headers.ts';
import type { CallLimit } from './call-limits.ts';

/** An answer of a service with all of its body. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Empty for an answer outside 2xx whose body is larger than `refusalBytesMax`, or did not end in time. */
  readonly body: Buffer;
}

/** Most bytes that are read of an answer outside 2xx. */
export const refusalBytesMax = 64 * 1024;

const noBytes = Buffer.alloc(0);

/**
 * Sends one request and collects its answer. `undici.request` would wrap the body in a stream for each call, which
 * costs more than all else that a call does.
 * @throws the limit's reason at once when it is reached, also while the request waits for a connection; undici's errors
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limit: CallLimit,
): Promise<RestAnswer> {
  return new Promise((resolve, reject) => {
    if (limit.reason) {
      reject(limit.reason);
      return;
    }
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: AnswerHeaders = {};
    let bytes = 0;
    const parts: Buffer[] = [];
    const isRefusal = () => status >= 300;
    limit.stop = (reason) => {
      controller?.abort(reason);
      // What a service refused stays refused, however long it goes on about it.
      if (isRefusal()) resolve({ status, headers, body: noBytes });
      else reject(reason);
    };
    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (limit.reason) started.abort(limit.reason);
      },
      onResponseStart(_, code, received) {
        status = code;
        headers = received;
      },
      onResponseData(started, part) {
        bytes += part.length;
        if (isRefusal() && bytes > refusalBytesMax) {
          resolve({ status, headers, body: noBytes });
          started.abort(new Error('the rest of a refusal is not read'));
        } else {
          parts.push(part);
        }
      },
      onResponseEnd() {
        resolve({ status, headers, body: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts) });
      },
      onResponseError(_, error) {
        if (isRefusal()) resolve({ status, headers, body: noBytes });
        else reject(error);
      },
    });
  });
}

/** Waits. @throws the limit's reason when it is reached meanwhile */
export function pause(milliseconds: number, limit: CallLimit): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    limit.stop = (reason) => {
      clearTimeout(timer);
      reject(reason);
    };
  });
}
