/** Sees to it that the tests find a `chromium`: `node bin/ensure-chromium.ts`, before `npm test`. */
import { ensureProgram } from './debian-package.ts';

const isThere = ensureProgram({
  command: 'chromium',
  debianPackage: 'chromium',
  elsewhere: 'macOS: brew install --cask chromium',
});
if (!isThere) process.exitCode = 1;
