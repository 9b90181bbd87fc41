import { spawnSync } from 'node:child_process';

/** A program that the tests run and npm does not bring. */
export interface NeededProgram {
  command: string;
  /** How it is asked for its version. @default --version */
  versionArg?: string;
  /** The package of Debian and Ubuntu that has it. */
  debianPackage: string;
  /** How people get it elsewhere, as a command. */
  elsewhere: string;
}

/**
 * Sees to it that a program is there: installs its package where it is missing, when that may be done without asking,
 * otherwise says in one line what to install.
 * @returns whether it is there now
 */
export function ensureProgram(needed: NeededProgram): boolean {
  const { command, versionArg = '--version', debianPackage, elsewhere } = needed;
  if (works(command, [versionArg])) return true;
  const mayInstall = process.getuid?.() === 0 && works('apt-get', ['--version']);
  if (mayInstall) {
    console.log(`${command} is missing; installing the package ${debianPackage} for the tests`);
    const installed =
      install(['update']) && install(['install', '-y', '--no-install-recommends', debianPackage]);
    if (installed && works(command, [versionArg])) return true;
  }
  console.error(
    `The tests need ${command}: install it (Debian, Ubuntu: apt-get install ${debianPackage}; ${elsewhere}).`,
  );
  return false;
}

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
