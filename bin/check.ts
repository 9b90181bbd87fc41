/** `npm run check`: all `check:` scripts of package.json at the same time. Each says what it has to when it has ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** @returns whether it passed */
async function check(script: string): Promise<boolean> {
  const child = spawn('npm', ['run', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [text(child.stdout), text(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  process.stdout.write((await Promise.all(output)).join(''));
  return code === 0;
}

const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
const passed = await Promise.all(
  Object.keys(scripts)
    .filter((script) => script.startsWith('check:'))
    .map(check),
);
if (passed.includes(false)) process.exitCode = 1;
