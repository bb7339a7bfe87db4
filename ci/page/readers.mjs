// SPDX-License-Identifier: MIT
// Reads reports with parsers that are not ours and prints what they found, a JSON object:
// node readers.mjs junit|ktap FILE
import { readFileSync } from "node:fs";
import { parse } from "junit2json";
import { Parser } from "tap-parser";

const [format, file] = process.argv.slice(2);
const text = readFileSync(file, "utf8");

function count(tests) {
	const counts = { tests: tests.length, pass: 0, fail: 0, skip: 0, names: new Set(tests.map((test) => test.name)).size };
	for (const test of tests)
		counts[test.outcome]++;
	return counts;
}

async function junit() {
	const { testsuite } = await parse(text);
	return count(testsuite.flatMap((suite) => suite.testcase).map((test) => ({
		name: `${test.classname} ${test.name}`,
		outcome: test.failure || test.error ? "fail" : test.skipped ? "skip" : "pass",
	})));
}

// TAP that is nested by two spaces, as the kernel's is, is read level by level: each block is TAP by itself.
function tap(lines) {
	const found = [];
	const parser = new Parser();
	parser.on("assert", (test) => found.push({ name: test.name, outcome: test.skip ? "skip" : test.ok ? "pass" : "fail" }));
	let problem = "";
	parser.on("complete", (result) => {
		if (result.failures.some((failure) => failure.tapError))
			problem = JSON.stringify(result.failures);
	});
	parser.end(lines.join("\n") + "\n");
	if (problem)
		throw new Error(problem);
	return found;
}

function ktap() {
	const blocks = [];
	for (const line of text.split("\n")) {
		if (!line.startsWith("  "))
			continue;
		if (line === "  KTAP version 1")
			blocks.push([]);
		else
			blocks.at(-1).push(line.slice(2));
	}
	const outer = tap(text.split("\n").filter((line) => !line.startsWith(" ") && line !== "KTAP version 1"));
	const tests = blocks.map(tap);
	tests.forEach((block, index) => {
		if (block.some((test) => test.outcome === "fail") !== (outer[index].outcome === "fail"))
			throw new Error(`${outer[index].name} and its tests disagree`);
	});
	if (tests.length !== outer.length)
		throw new Error(`${tests.length} blocks for ${outer.length} tests`);
	return count(tests.flat());
}

console.log(JSON.stringify(await { junit, ktap }[format]()));
