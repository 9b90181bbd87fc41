/** Sees to it that the tests find a `redis-server`: `node bin/ensure-redis.ts`, before `npm test`. */
import { spawnSync } from 'node:child_process';

function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Runs quietly, and says all that was said when it fails. */
function install(args: readonly string[]): boolean {
  const command = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  const { status, stdout, stderr } = spawnSync('env', command, { encoding: 'utf8' });
  if (status !== 0) console.error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return status === 0;
}

function ensureRedis(): boolean {
  if (works('redis-server', ['--version'])) return true;
  const mayInstall = process.getuid?.() === 0 && works('apt-get', ['--version']);
  if (mayInstall) {
    console.log('redis-server is missing; installing the package redis-server for the tests');
    // The package starts a service where there is one to start; the tests start their own servers.
    if (install(['update']) && install(['install', '-y', '--no-install-recommends', 'redis-server']))
      return true;
  }
  console.error(
    'The tests need redis-server: install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis).',
  );
  return false;
}

if (!ensureRedis()) process.exitCode = 1;
