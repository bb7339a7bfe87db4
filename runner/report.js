// SPDX-License-Identifier: MIT
// The page says all without this; with it claims can be filtered, and a link to one opens it.
(function () {
	"use strict";
	const form = document.getElementById("filter");
	const words = document.getElementById("words");
	const shown = document.getElementById("shown");
	const button = document.getElementById("open-all");
	const claims = Array.from(document.querySelectorAll(".claim"), (element) => ({
		element,
		text: Array.from(element.querySelectorAll(".what, .why, .seen"), (part) => part.textContent).join(" "),
	}));

	// "rst" finds "first", "RST" does not
	const has = (text, word) => (/\p{Lu}/u.test(word) ? text : text.toLowerCase()).includes(word);

	// "fail" is a class of those that failed, "holds" of those that passed and hold
	function filter() {
		const wanted = words.value.split(/\s+/).filter(Boolean);
		const kinds = Array.from(form.elements.kind).filter((box) => box.checked).map((box) => box.value);
		let count = 0;

		for (const claim of claims) {
			const fits = wanted.every((word) => has(claim.text, word)) &&
				(!kinds.length || kinds.some((kind) => claim.element.classList.contains(kind)));
			claim.element.hidden = !fits;
			count += fits;
		}
		for (const chapter of document.querySelectorAll(".chapter"))
			chapter.hidden = !chapter.querySelector(".claim:not([hidden])");
		shown.textContent = count === claims.length ? "" : count + " of " + claims.length;
	}

	function clear() {
		words.value = "";
		for (const box of form.elements.kind)
			box.checked = false;
		filter();
	}

	// a link shows its place, whatever the filter hides, and opens a claim
	function follow() {
		let target = null;

		try {
			target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
		} catch {
			// a hash that somebody typed, and no name of ours
		}
		if (!target)
			return;
		if (target.hidden)
			clear();
		if (target.classList.contains("claim"))
			target.querySelector("details").open = true;
		target.scrollIntoView();
	}

	button.addEventListener("click", () => {
		const open = button.textContent === "Open all";

		for (const claim of claims)
			if (!claim.element.hidden)
				claim.element.querySelector("details").open = open;
		button.textContent = open ? "Close all" : "Open all";
	});
	form.addEventListener("submit", (event) => event.preventDefault());
	form.addEventListener("input", filter);
	window.addEventListener("hashchange", follow);
	form.hidden = false;
	follow();
})();
