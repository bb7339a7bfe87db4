# SPDX-License-Identifier: MIT
#
# Copies of a result store (runner/STORE.md), for measuring reports of many results:
#   awk -v copies=26 -f ci/copy-results.awk run.json
# Each copy has claims and instances of its own, told apart by a number.
function numbered(line, pattern, number) {
	if (!match(line, pattern))
		return line
	return substr(line, 1, RSTART + RLENGTH - 1) number substr(line, RSTART + RLENGTH)
}
NR == 1 {
	head = $0
	next
}
{ line[NR] = $0 }
END {
	# what claims say: "id":{…} becomes "id.1":{…},"id.2":{…}
	match(head, /"claims":\{.*\}\}$/)
	claims = substr(head, RSTART + 10, RLENGTH - 12)
	printf "%s\"claims\":{", substr(head, 1, RSTART - 1)
	for (copy = 1; copy <= copies; copy++) {
		numbering = claims
		gsub(/":\{"chapter"/, "." copy "&", numbering)
		printf "%s%s", (copy > 1) ? "," : "", numbering
	}
	print "}}"
	for (copy = 1; copy <= copies; copy++)
		for (i = 2; i <= NR; i++) {
			text = line[i]
			if (text ~ /^\{"id":/) {
				text = numbered(text, "^\\{\"id\":\"[^\"]*", "." copy)
				text = numbered(text, "\"name\":\"[^\"]*", "/" copy)
			} else
				sub(/"\}$/, "/" copy "\"}", text)
			print text
		}
}
