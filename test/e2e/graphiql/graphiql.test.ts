/** GraphiQL in a real browser: a page of the gateway that needs nobody else. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { openChromium, type Browser } from '../../utils/chromium.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import { until } from '../../utils/until.ts';

let platform: Platform;
let browser: Browser;

beforeAll(async () => {
  platform = await startPlatform();
  browser = await openChromium();
  await browser.page.goto(`${platform.gateway.url}/graphql`);
});

afterAll(async () => {
  await browser.close();
  await platform.close();
  expect(runningPrograms()).toEqual([]);
});

/** Writes an operation where the one before it stood, and presses the button. */
async function run(operation: string): Promise<void> {
  const { page } = browser;
  await page.locator('.graphiql-query-editor .monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(operation);
  await page.getByRole('button', { name: /^Execute query/ }).click();
}

/** Waits until the result shows a text, whatever lies around it. */
const shown = (text: string) => browser.page.locator('.result-window').filter({ hasText: text });

test('a query shows its result', async () => {
  await run('query { customer(customerId: "cus_1") { name loyaltyPoints } }');
  await shown('"name": "Miriam Okafor"').waitFor();
  await shown('"loyaltyPoints": 1200').waitFor();
});

test('what is no query shows why, with its code', async () => {
  await run('query { customer(customerId: "cus_1") { shoeSize } }');
  await shown('Cannot query field').waitFor();
  await shown('"code": "GRAPHQL_VALIDATION_FAILED"').waitFor();
});

test('a subscription shows each event when its webhook is delivered', async () => {
  await run('subscription { orderCreated { id status customer { name loyaltyPoints } } }');
  await until('the subscription is live', async () => {
    await platform.deliver('orderCreated', 'ord_opening');
    return shown('"id": "ord_opening"').isVisible();
  });
  await platform.deliver('orderCreated', 'ord_in_browser');
  await shown('"id": "ord_in_browser"').waitFor();
  await shown('"name": "Miriam Okafor"').waitFor();
  await shown('"cursor": "').waitFor();
  await browser.page.getByRole('button', { name: /^Stop query/ }).click();
  await browser.page.getByRole('button', { name: /^Execute query/ }).waitFor();
});

test('nothing was asked of any other host, and the browser had nothing to complain about', () => {
  const { host } = new URL(platform.gateway.url);
  const schemes = new Set(browser.requested.map((url) => new URL(url).protocol));
  const hosts = new Set(
    browser.requested
      // A blob and a data URL are parts of the page itself; a blob is named after its origin.
      .filter((url) => !url.startsWith('data:'))
      .map((url) => new URL(url.replace(/^blob:/, '')).host),
  );
  expect(hosts).toEqual(new Set([host]));
  expect(schemes).toContain('ws:');
  // But for the answer to what was no query, 400 by GraphQL over HTTP.
  expect(browser.complaints).toEqual([expect.stringContaining('status of 400')]);
});
