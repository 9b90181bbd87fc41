/** Sees to it that the tests find a `redis-server`: `node bin/ensure-redis.ts`, before `npm test`. */
import { ensureProgram } from './debian-package.ts';

// The package starts a service where there is one to start; the tests start their own servers.
const isThere = ensureProgram({
  command: 'redis-server',
  debianPackage: 'redis-server',
  elsewhere: 'macOS: brew install redis',
});
if (!isThere) process.exitCode = 1;
