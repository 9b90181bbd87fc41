/** Sees to it that the tests find `openssl`, which makes certificates for them: `node bin/ensure-openssl.ts`, before `npm test`. */
import { ensureProgram } from './debian-package.ts';

ensureProgram({
  command: 'openssl',
  versionArg: 'version',
  debianPackage: 'openssl',
  elsewhere: 'macOS: brew install openssl',
});
