#!/bin/bash
# Draws what `make demo` prints, line by line as it comes, as an SVG that plays by itself.
#
#   eng/demo-picture.sh [FILE]      default: docs/demo.svg
#
#   LOG=      draws what another run has printed: seconds, a tab, and the line, for each; nothing is run then
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-docs/demo.svg}
log=${LOG:-$(mktemp)}
if [ -z "${LOG:-}" ]; then
	trap 'rm -f "$log"' EXIT
	eng/demo.sh 2>&1 | while IFS= read -r line; do
		printf '%s\n' "$line"
		printf '%s\t%s\n' "$EPOCHREALTIME" "$line" >>"$log"
	done
fi

# Long pauses are cut short; what has scrolled away is above the window.
awk -F '\t' -v rows=28 -v columns=110 -v longest=1.5 -v rest=6 '
	function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); return text }
	function put(text) { lines[++n] = text; at[n] = now }
	{
		text = substr($0, length($1) + 2)
		gsub(/\033\[[0-9;]*[A-Za-z]/, "", text)
		gsub(/\r/, "", text)
		gsub(/[^ ]*\/slurm-banking-demo\.[A-Za-z0-9]+/, "DIR", text)
		pause = NR == 1 ? 0 : $1 - before
		before = $1
		now += pause > longest ? longest : pause
		do {
			put(substr(text, 1, columns))
			text = substr(text, columns + 1)
		} while (text != "")
	}
	END {
		if (n == 0) { print "nothing was printed" > "/dev/stderr"; exit 1 }
		all = now + rest
		width = columns * 8.4 + 32
		height = rows * 18 + 32
		printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"make demo\">\n", width, height, width
		print "<style>text{font:14px ui-monospace,Menlo,Consolas,monospace;fill:#d8dee9;white-space:pre}.l{opacity:0;animation-name:a;animation-timing-function:step-end;animation-iteration-count:infinite}@keyframes a{from{opacity:1}to{opacity:1}}"
		for (i = 1; i <= n; i++) {
			share = at[i] / all * 100
			printf "@keyframes l%d{0%%{opacity:0}%.3f%%{opacity:1}100%%{opacity:1}}", i, share
		}
		printf "@keyframes s{"
		for (i = rows + 1; i <= n; i++) printf "%.3f%%{transform:translateY(%dpx)}", at[i] / all * 100, -(i - rows) * 18
		printf "100%%{transform:translateY(%dpx)}}", (n > rows ? -(n - rows) * 18 : 0)
		printf ".s{animation:s %.1fs step-end infinite}@media(prefers-reduced-motion:reduce){.s,.l{animation:none}.l{opacity:1}}</style>\n", all
		printf "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#1d2330\"/>\n<clipPath id=\"w\"><rect x=\"0\" y=\"12\" width=\"%d\" height=\"%d\"/></clipPath>\n<g clip-path=\"url(#w)\"><g class=\"s\">\n", width, height, width, rows * 18 + 8
		for (i = 1; i <= n; i++) printf "<text class=\"l\" x=\"16\" y=\"%d\" style=\"animation-name:l%d;animation-duration:%.1fs\">%s</text>\n", 12 + i * 18, i, all, escaped(lines[i])
		print "</g></g>\n</svg>"
	}' "$log" >"$out.new"
mv "$out.new" "$out"
echo "$out"
