/**
 * Loaded by `node --import` before a program: its clock goes back by MOVED_CLOCK_MS milliseconds at SIGUSR2, as when an
 * operator or a time server sets it. The clock of the machine stays, and so do timers and `performance.now`, as then.
 */
import { isMainThread } from 'node:worker_threads';

// oxlint-disable-next-line node/no-process-env -- this is the environment of the program under test
const stepMs = Number(process.env['MOVED_CLOCK_MS']);
const RealDate = Date;
let movedMs = 0;

class MovedDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    // oxlint-disable-next-line typescript/no-unsafe-argument -- whatever a Date takes
    super(...((args.length === 0 ? [MovedDate.now()] : args) as [number]));
  }

  static override now(): number {
    return RealDate.now() - movedMs;
  }
}

if (isMainThread && stepMs > 0) {
  globalThis.Date = MovedDate as DateConstructor;
  process.on('SIGUSR2', () => (movedMs += stepMs));
}
