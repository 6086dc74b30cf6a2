# shellcheck shell=bash
# What the benchmarks' scripts count with. Sourced.

# Numbers on standard input: percentile P (nearest rank), 50 being the median.
percentile() { sort -n | awk -v p="$1" '{ v[NR] = $1 } END { if (!NR) exit 1; i = int(NR * p / 100 + 0.999999); print v[i < 1 ? 1 : i] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
fixed() { printf "%.*f" "$1" "$2"; }
load() { cut -d' ' -f1-3 /proc/loadavg; }
# The verdict on a figure: value, comparison, aim.
verdict() { awk -v v="$1" -v op="$2" -v aim="$3" 'BEGIN { print (op == "<=" ? v <= aim : v >= aim) ? "yes" : "**no**" }'; }
row() { echo "| $1 | $2 | $3 | $4 | $5 | $6 |"; }
rss_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
mb() { awk -v kb="$1" 'BEGIN { printf "%.1f", kb / 1024 }'; }
free_port() {
	local port
	while :; do
		port=$((10000 + RANDOM % 20000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port && return; }
	done
}
