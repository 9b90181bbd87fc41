import { hash } from 'node:crypto';
import { cacheStores, interceptors, type Dispatcher } from 'undici';

type Store = InstanceType<typeof cacheStores.MemoryCacheStore>;
type Key = Parameters<Store['get']>[0];
type Found = Awaited<Exclude<ReturnType<Store['get']>, undefined>>;

/** Most bytes that are kept of the answers of one service, and of one answer. */
const bytesMax = 16 * 1024 * 1024;
const answerBytesMax = 1024 * 1024;
const answersMax = 1024;

/** Named like no header can be. */
const identity = ':identity';

/** Headers that are the same for everybody, or say nothing about who asks. */
const impersonal: ReadonlySet<string> = new Set(['accept', 'traceparent', 'tracestate']);

/**
 * Keeps what a service allows to keep (RFC 9111, as a shared cache: `private` and `no-store` never, answers to
 * `Authorization` only when they are `public`, have `s-maxage` or `must-revalidate`), for GETs. Many services forget
 * `Vary`, so every answer is kept as if it varied on all headers of its request: nobody is answered with what was
 * answered to somebody else's credentials, cookies or forwarded headers.
 */
export function withResponseCache(dispatcher: Dispatcher): Dispatcher {
  const store = new cacheStores.MemoryCacheStore({
    maxSize: bytesMax,
    maxEntrySize: answerBytesMax,
    maxCount: answersMax,
  });
  return dispatcher.compose(interceptors.cache({ store: perViewer(store), type: 'shared' }));
}

function perViewer(store: Store): Pick<Store, 'get' | 'createWriteStream' | 'delete'> {
  return {
    get(key) {
      // In memory, so never a promise.
      const found = store.get(identified(key)) as Found | undefined;
      if (!found?.vary) return found;
      // Only for the store: a revalidation repeats what an answer varies on as headers.
      const { [identity]: _, ...vary } = found.vary;
      return { ...found, vary };
    },
    createWriteStream(key, value) {
      // RFC 9111 would also allow to guess from `Last-Modified` how long an answer stays as it is.
      if (!value.headers['cache-control'] && !value.headers['expires']) return undefined;
      const known = identified(key);
      return store.createWriteStream(known, {
        ...value,
        vary: { ...value.vary, [identity]: known.headers[identity] },
      });
    },
    // For every viewer: a change of a resource makes all that is known of it old (RFC 9111, section 4.4).
    delete: (key) => store.delete(key),
  };
}

function identified(key: Key): Key & { headers: { [identity]: string } } {
  const personal = Object.entries(key.headers ?? {}).filter(([name]) => !impersonal.has(name));
  const text = JSON.stringify(personal.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { ...key, headers: { ...key.headers, [identity]: hash('sha256', text) } };
}
