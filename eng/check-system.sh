#!/bin/bash
# Says in plain words what this system lacks for `make demo` and `make test`, before anything is built.
set -euo pipefail
problems=()
[ "$(uname -s)" = Linux ] || problems+=("this is $(uname -s), and Slurm's daemons run on Linux: use a Debian 12 machine, virtual machine or container")
case $(uname -m) in
x86_64 | aarch64) ;;
*) problems+=("this is a $(uname -m) processor: there is a .NET for ahead-of-time compilation on x86_64 and aarch64") ;;
esac
if ! command -v apt-get >/dev/null; then
	name=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release 2>/dev/null || true)
	problems+=("this is ${name:-a system without apt-get}: the demo and the tests install Slurm 22.05 from Debian 12's packages; on another system build with \`make plugins publish\` and see docs/install.md")
fi
if ! command -v dotnet >/dev/null; then
	problems+=("there is no dotnet: install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0)")
elif ! dotnet --list-sdks 2>/dev/null | grep -q '^1[0-9]\.'; then
	problems+=("dotnet has no SDK of .NET 10: it has $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd, | sed 's/^$/none/') (https://dotnet.microsoft.com/download/dotnet/10.0)")
fi
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
	problems+=("you are not root, and there is no sudo: Slurm's daemons start jobs as their users, which only root can")
fi
[ ${#problems[@]} = 0 ] && exit 0
echo "This can't be done here:" >&2
printf '  - %s\n' "${problems[@]}" >&2
exit 1
