// SPDX-License-Identifier: MIT
// Reads pages of `wirestate report --html` in a real browser: node page.mjs CHROMIUM NAME=FILE…
// Says what is wrong, a line each; the exit status is 1 when something was.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [executablePath, ...pages] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const looks = [1440, 390].flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })));
let wrong = 0;

function complain(where, what) {
	console.log(`${where}: ${what}`);
	wrong++;
}

// What must be true of a page whatever it tells, evaluated inside of it.
const questions = {
	"scrolls to the side": () => document.documentElement.scrollWidth > innerWidth,
	"has a link to nowhere": () =>
		[...document.querySelectorAll("a")]
			.map((link) => link.getAttribute("href"))
			.find((href) => !href.startsWith("#") || !document.getElementById(decodeURIComponent(href.slice(1)))),
	"uses an id twice": () => {
		const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
		return ids.find((id, index) => ids.indexOf(id) !== index);
	},
	"ran what is text": () => window.alerted || document.scripts.length !== 1 || document.querySelectorAll("img, b[onmouseover]").length,
	"has words of a ladder outside of it": () => {
		for (const ladder of document.querySelectorAll(".ladder")) {
			const frame = ladder.getBoundingClientRect();
			for (const text of ladder.querySelectorAll("text")) {
				const box = text.getBoundingClientRect();
				if (box.width && (box.left < frame.left - 1 || box.right > frame.right + 1))
					return `${text.textContent} in ${ladder.getAttribute("aria-label")}`;
			}
		}
	},
	"has a claim without a drawing": () =>
		[...document.querySelectorAll(".claim:not(.skip):not(.pending)")]
			.filter((claim) => !claim.querySelector(".ladder svg")).map((claim) => claim.id)[0],
};

// What each page must show, by its name: a selector and how many there are at least.
const contents = {
	one: [
		[".ladder line.s", 300], [".ladder line.b.es", 60], [".ladder .p", 5], [".why dd", 150], [".plot circle", 6], [".bars rect", 4],
		[".edge.taken", 12], [".edges tr.taken a", 60], [".facts tbody tr", 100], [".measured tbody tr", 4], [".tiles li", 4],
		["article[id='c-sysctls.abort-on-overflow'] figure", 2], [".others dd", 30],
	],
	several: [
		["#failed li", 1], [".matrix td.other", 1], [".matrix td.fail", 1], [".matrix td.skip", 1], [".matrix .unseen", 1],
		["article[id='c-close.both'] figure", 2], ["article[id='c-close.both'] .where li", 3], [".reason", 2], ["tr.differs", 1],
	],
	hostile: [[".ladder line.s", 300]],
};

async function checkContents(page, where, name) {
	for (const [selector, least] of contents[name]) {
		const count = await page.locator(selector).count();
		if (count < least)
			complain(where, `has ${count} of ${selector}, not ${least}`);
	}
	if (name === "one") {
		const claim = page.locator("article[id='c-sysctls.abort-on-overflow']");
		const captions = await claim.locator("figcaption").allTextContents();
		const others = await claim.locator(".others").innerText();
		if (!captions[0].endsWith("wire/0") || !captions[1].endsWith("wire/1") || !others.includes("S:R; client gone"))
			complain(where, `abort-on-overflow shows ${captions.join(" and ")}, and ${others}`);
		if (await claim.locator(".measured").count() !== 1)
			complain(where, "a table of one run is there for each value");
	}
	if (name === "several") {
		const captions = await page.locator("article[id='c-close.both'] figcaption").allTextContents();
		if (!captions[0].endsWith("-2") || !captions[1].endsWith("9.9.9"))
			complain(where, `close.both is shown for ${captions.join(" and ")}`);
	}
}

async function open(browser, name, file, look) {
	const where = `${name} at ${look.width}, ${look.colorScheme}`;
	const page = await browser.newPage({
		viewport: { width: look.width, height: 900 },
		colorScheme: look.colorScheme,
		javaScriptEnabled: look.javaScriptEnabled ?? true,
	});
	page.on("console", (message) => complain(where, `console: ${message.text()}`));
	page.on("pageerror", (error) => complain(where, `error: ${error}`));
	page.on("request", (request) => {
		if (!/^(file|data):/.test(request.url()))
			complain(where, `asks for ${request.url()}`);
	});
	page.on("dialog", (dialog) => {
		complain(where, `says ${dialog.message()}`);
		dialog.dismiss();
	});
	await page.goto(`file://${file}`);
	return { page, where };
}

async function ask(page, where) {
	for (const [what, question] of Object.entries(questions)) {
		const answer = await page.evaluate(question);
		if (answer)
			complain(where, `${what}: ${answer}`);
	}
}

async function checkAccess(page, where) {
	// nothing of the page itself may run what is not its own, so the checker is handed in
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
	for (const violation of violations)
		complain(where, `axe: ${violation.help} (${violation.nodes.length}): ${violation.nodes[0].html.slice(0, 160)}`);
}

const shown = (page) => page.locator(".claim:not([hidden])").count();

async function checkFilter(page, where) {
	const all = await shown(page);
	const expect = async (what, count) => {
		const seen = await shown(page);
		if (seen !== count)
			complain(where, `${what}: ${seen} claims are shown, not ${count}`);
	};
	const word = "RST";
	const fitting = await page.evaluate((word) =>
		[...document.querySelectorAll(".claim")].filter((claim) => [...claim.querySelectorAll(".what, .why, .seen")]
			.some((part) => part.textContent.includes(word))).length, word);

	if (!fitting || fitting === all)
		complain(where, `${fitting} of ${all} claims have ${word}: that tells nothing of the filter`);
	await page.fill("#words", word);
	await expect(`the filter ${word}`, fitting);
	if (!(await page.textContent("#shown")).startsWith(`${fitting} of ${all}`))
		complain(where, `the filter says '${await page.textContent("#shown")}'`);
	await page.fill("#words", "");
	await expect("no filter", all);
	await page.check("input[value=refuted]");
	await expect("only refuted", await page.locator(".claim.refuted").count());
	// a link to what is hidden shows it
	await page.evaluate(() => { location.hash = document.querySelector(".claim.holds").id; });
	await page.waitForFunction(() => document.querySelector(".claim.holds details").open);
	await expect("after following a link", all);
	await page.evaluate(() => { location.hash = "times"; });
	await page.waitForFunction(() => {
		const top = document.getElementById("times").getBoundingClientRect().top;
		return top > -5 && top < 300;
	}, null, { timeout: 5000 }).catch(() => complain(where, "a link to the times does not lead there"));
	await page.click("#open-all");
	if (await page.locator(".claim details:not([open]) > .views").count())
		complain(where, "not all is open");
}

// The first key press reaches the link that skips the head, and details open without a mouse.
async function checkKeyboard(page, where) {
	await page.keyboard.press("Tab");
	if (await page.evaluate(() => document.activeElement.className) !== "skip-link")
		complain(where, "the first stop of the keyboard is not the link to the ledger");
	await page.keyboard.press("Enter");
	await page.locator(".claim > details:not([open]) > summary").first().focus();
	const before = await page.locator(".claim > details[open]").count();
	await page.keyboard.press("Enter");
	if (await page.locator(".claim > details[open]").count() !== before + 1)
		complain(where, "Enter does not open what happened");
}

async function checkPrint(page, where) {
	await page.emulateMedia({ media: "print" });
	if (await page.locator("nav").isVisible())
		complain(where, "prints its navigation");
	const pdf = await page.pdf({ format: "A4" });
	if (pdf.length < 10000)
		complain(where, "prints nothing");
}

const browser = await chromium.launch({
	executablePath,
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync"],
});
for (const argument of pages) {
	const [name, file] = argument.split("=");
	for (const look of name === "hostile" ? [looks[0], looks[3]] : looks) {
		const { page, where } = await open(browser, name, file, look);
		await checkKeyboard(page, where);
		if (name === "one")
			await checkFilter(page, where);
		await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
		await ask(page, where);
		await checkContents(page, where, name);
		// it takes seconds, and does not depend on the width alone
		if (look.colorScheme === (look.width > 1000 ? "light" : "dark") && name !== "hostile")
			await checkAccess(page, where);
		await page.close();
	}
	if (name !== "one")
		continue;
	const plain = await open(browser, name, file, { ...looks[0], javaScriptEnabled: false });
	if (await plain.page.locator("#filter").isVisible())
		complain(plain.where, "without JavaScript there is a filter that does nothing");
	await plain.page.locator(".claim > details:not([open]) > summary").first().click();
	if (!await plain.page.locator(".claim .ladder svg.lane").first().isVisible())
		complain(plain.where, "without JavaScript no ladder is seen");
	await checkPrint(plain.page, plain.where);
	await plain.page.close();
}
await browser.close();
process.exit(wrong ? 1 : 0);
