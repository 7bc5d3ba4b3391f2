import type { Page } from 'playwright-core';

const message = 'The vault did not answer within 10 s. Nothing was changed.';
const failed = {
  ok: false,
  error: { code: 'unreachable', message, hint: 'Try again. If that does not help, run the checks in Settings.' },
};
const address = '**/api/call';

/** From now on every question of the page is answered with a failure; returns what ends that, and the failure's words. */
export async function failEverything(page: Page): Promise<{ message: string; end: () => Promise<void> }> {
  await page.route(address, (route) => {
    const { name } = route.request().postDataJSON() as { name: string };
    return /^(host\.status|settings\.get)$/.test(name) ? route.continue() : route.fulfill({ json: failed });
  });
  await page.reload();
  return { message, end: () => page.unroute(address) };
}
