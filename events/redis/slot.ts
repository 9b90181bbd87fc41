import { Command } from 'ioredis';

/** The slot of a key or of a sharded channel, as Redis Cluster counts it. */
export function slotOf(key: string): number {
  return new Command('get', [key]).getSlot();
}
