import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

/** A browser with one page, and what that page asked for. */
export interface Browser {
  readonly page: Page;
  /** URLs of all requests of its pages, WebSockets included. */
  readonly requested: readonly string[];
  /** What its pages complained about: exceptions, errors on the console. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the system's Chromium without a window, with a profile that nobody used before. */
export async function openChromium(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'sluice-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: pathOf('chromium'),
    headless: true,
    args,
  });
  const requested: string[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => requested.push(request.url()));
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('websocket', (socket) => requested.push(socket.url()));
  return {
    page,
    requested,
    complaints,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

function pathOf(command: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin'];
  const found = folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`There is no ${command}: node bin/ensure-chromium.ts installs it`);
  return found;
}
