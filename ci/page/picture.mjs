// SPDX-License-Identifier: MIT
// Takes a picture of a page: node picture.mjs CHROMIUM PAGE.html '#place' PICTURE.png WIDTH HEIGHT
import { chromium } from "playwright-core";

const [executablePath, page, place, picture, width, height] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const tab = await browser.newPage({ viewport: { width: Number(width), height: Number(height) }, colorScheme: "light" });
await tab.goto(`file://${page}${place}`);
await tab.evaluate(() => document.fonts.ready);
await tab.screenshot({ path: picture });
await browser.close();
