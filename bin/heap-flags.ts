import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 how a gateway uses its heap; called before anything is served. While a large heap is set up nearly everything
 * stays, so V8 begins to put objects of the places that make them straight into the old part of the heap. Later such
 * objects live for one request, and from there they hold on to all that belongs to the request until the next full
 * collection: a third of all CPU went into that (docs/adr/0013-heap-flags.md). Flags of whoever starts Node win.
 */
export function setHeapFlags(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
