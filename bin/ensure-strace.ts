/** Sees to it that the tests find `strace`, which makes a disk slow: `node bin/ensure-strace.ts`, before `npm test`. */
import { ensureProgram } from './debian-package.ts';

// Without it one test is skipped, and says so: it is for Linux alone.
if (process.platform === 'linux') {
  ensureProgram({ command: 'strace', debianPackage: 'strace', elsewhere: 'there is none' });
}
