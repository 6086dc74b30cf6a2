#!/bin/bash
# Builds everything once and puts launchers of the executables into artifacts/bin/.
#
#   eng/build.sh [PROJECT...]      default: all of SlurmBanking.slnx
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- SlurmBanking.slnx
for project in "$@"; do
	echo "building $project (the first time takes minutes)"
	dotnet build "$project" --configuration Release -v quiet --nologo
done

launcher() {
	local file=artifacts/bin/$1
	[ -e "artifacts/bin/$2/release/$2.dll" ] || return 0
	cat >"$file" <<SH
#!/bin/sh
exec dotnet "\$(dirname "\$(readlink -f "\$0")")/$2/release/$2.dll" "\$@"
SH
	chmod +x "$file"
}
launcher sidecar SlurmBanking.Sidecar
launcher bank SlurmBanking.Bank
launcher operator SlurmBanking.Operator
launcher sbank SlurmBanking.Cli
