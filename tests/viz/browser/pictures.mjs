// Every panel as a person sees it, in both sizes and themes: kept in screenshots/ of the build
// folder, for eyes.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { check, close_page, finished, open_page, picture, pictures as folder, stop, watch } from './common.mjs';

async function take(server, theme, size) {
  const page = await open_page(server, { theme, size });
  await page.waitForTimeout(900);
  const name = `${theme}-${size}`;
  await picture(page, `first-${name}`);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `all-${name}.png`), fullPage: true });
  const sections = await page.locator('main section').all();
  check(sections.length >= 6, `found ${sections.length} panels`);
  for (const [i, section] of sections.entries()) {
    const id = (await section.getAttribute('id')) || `panel${i}`;
    if (await section.isVisible()) await section.screenshot({ path: join(folder, `${id}-${name}.png`) });
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(wide <= 0, `${name}: the page is ${wide} px wider than the window`);
  await close_page(page);
}

async function pictures() {
  const server = await watch(['view', await finished('optimize')]);
  for (const theme of ['light', 'dark'])
    for (const size of ['wide', 'narrow']) await take(server, theme, size);
  await stop(server);
}

export const scenarios = { pictures };
