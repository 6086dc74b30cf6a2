#!/bin/bash
# Builds everything once and puts launchers of the executables into artifacts/bin/.
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build SlurmBanking.slnx --configuration Release -v quiet --nologo

launcher() {
	local file=artifacts/bin/$1
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
