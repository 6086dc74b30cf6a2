#!/bin/bash
# Installs what was built, for a machine without our packages; `eng/install.sh uninstall` takes away what it installed, and nothing else.
#
#   eng/install.sh [uninstall]
#
#   COMPONENTS   some of "sidecar bank plugins" (default: all). sbank comes with the sidecar, where it was built
#   DESTDIR      put before every path, for packages; nothing of this machine is changed then
#   PREFIX       default /usr: programs in PREFIX/lib/slurm-banking, links in PREFIX/sbin and PREFIX/bin, PREFIX/share
#   PLUGINDIR    Slurm's own directory of plugins; default: what the running Slurm says, else where Slurm's plugins are
#   SYSCONFDIR   default /etc: settings in SYSCONFDIR/slurm-banking, which are never overwritten
#   UNITDIR      default PREFIX/lib/systemd/system
#   SLURM_USER   slurm.conf's SlurmUser; default slurm
#   PACKAGE      a name: lays out one package's files, without a list of what is installed (eng/deb.sh)
#
# What is not built yet is built first: natively, and the plugins for exactly the Slurm that is installed (or SLURM_VERSION).
set -euo pipefail
cd "$(dirname "$0")/.."
verb=${1:-install}
case $verb in
install | uninstall) ;;
*)
	sed -n '2,16s/^# \?//p' "$0" >&2
	exit 2
	;;
esac

: "${DESTDIR:=}" "${PREFIX:=/usr}" "${SYSCONFDIR:=/etc}" "${SLURM_USER:=slurm}" "${PACKAGE:=}" "${COMPONENTS:=sidecar bank plugins}"
: "${UNITDIR:=$PREFIX/lib/systemd/system}"
DESTDIR=${DESTDIR%/}
library=$PREFIX/lib/slurm-banking
doc=$PREFIX/share/doc/${PACKAGE:-slurm-banking}
list=$library/installed
from=eng/packaging

say() { echo "install: $*"; }
fail() {
	echo "install: $*" >&2
	exit 1
}

# Who else is there is told only of what was really installed on this machine.
here() { [ -z "$DESTDIR" ] && [ "$(id -u)" = 0 ]; }
systemd_runs() { [ -d /run/systemd/system ]; }

# What is installed, a line each: "directory PATH", "file PATH" or "settings PATH SHA256", in the order in which it came.
record() {
	[ -z "$PACKAGE" ] || return 0
	grep -qxF -- "$*" "$DESTDIR$list" 2>/dev/null || echo "$*" >>"$DESTDIR$list"
}

directory() {
	local missing=() path=$1
	while [ ! -d "$DESTDIR$path" ]; do
		missing=("$path" "${missing[@]}")
		path=$(dirname "$path")
	done
	for path in "${missing[@]}"; do
		mkdir -m 755 "$DESTDIR$path"
		made+=("$path")
	done
}

# file MODE SOURCE TARGET; paths in it become those of this installation. A program that runs, or a plugin in use, keeps what it has open.
file() {
	directory "$(dirname "$3")"
	local new=$DESTDIR$3.new
	if grep -qI . "$2"; then
		sed "s|/usr/lib/slurm-banking|$library|g; s|/etc/slurm-banking|$SYSCONFDIR/slurm-banking|g; s|^User=slurm\$|User=$SLURM_USER|
			s|2770 root slurm -|2770 root $SLURM_USER -|; s|/usr/sbin/|$PREFIX/sbin/|g" "$2" >"$new"
	else
		cp "$2" "$new"
		case $(head -c 4 "$new" | tail -c 3) in ELF) strip --strip-unneeded "$new" ;; esac
	fi
	chmod "$1" "$new"
	mv -f "$new" "$DESTDIR$3"
	files+=("file $3")
}

link() {
	directory "$(dirname "$2")"
	ln -sfn "$1" "$DESTDIR$2"
	files+=("file $2")
}

settings() {
	local target=$SYSCONFDIR/slurm-banking/$1
	if [ -e "$DESTDIR$target" ]; then
		say "$target is there already, and stays"
		return
	fi
	# The bank's may come to hold the password of a database; in a package its postinst sees to that.
	if [ "$1" = bank.env ] && [ -z "$PACKAGE" ]; then file 600 "$from/etc/$1" "$target"; else file 644 "$from/etc/$1" "$target"; fi
	unset 'files[-1]'
	files+=("settings $target $(sha256sum "$DESTDIR$target" | cut -d' ' -f1)")
}

manual() {
	directory "$PREFIX/share/man/man${1##*.}"
	local page
	page=$PREFIX/share/man/man${1##*.}/$(basename "$1").gz
	gzip -9nc "$1" >"$DESTDIR$page"
	chmod 644 "$DESTDIR$page"
	files+=("file $page")
}

program() {
	local built=artifacts/publish/$1 part
	for part in "$built"/*; do
		case $part in
		*.so) file 644 "$part" "$library/$1/$(basename "$part")" ;;
		*/"$1") file 755 "$part" "$library/$1/$1" ;;
		esac
	done
}

need() { [ -x "artifacts/publish/$1/$1" ] || eng/publish.sh "$1"; }

# completion SHELL PLACE: where the shell looks for it by itself.
completion() {
	local script
	script=$(mktemp)
	artifacts/publish/sbank/sbank completion "$1" >"$script"
	file 644 "$script" "$PREFIX/share/$2"
	rm -f "$script"
}

install_sidecar() {
	need sidecar
	program sidecar
	link "../lib/slurm-banking/sidecar/sidecar" "$PREFIX/sbin/slurm-banking-sidecar"
	if [ -x artifacts/publish/sbank/sbank ]; then
		program sbank
		link "../lib/slurm-banking/sbank/sbank" "$PREFIX/bin/sbank"
		manual cli/sbank.1
		completion bash bash-completion/completions/sbank
		completion zsh zsh/vendor-completions/_sbank
		completion fish fish/vendor_completions.d/sbank.fish
	fi
	file 644 $from/systemd/slurm-banking-sidecar.service "$UNITDIR/slurm-banking-sidecar.service"
	file 644 $from/systemd/slurm-banking-node.service "$UNITDIR/slurm-banking-node.service"
	file 644 $from/tmpfiles.d/slurm-banking.conf "$PREFIX/lib/tmpfiles.d/slurm-banking.conf"
	settings sidecar.env
	settings node.env
	manual $from/man/slurm-banking-sidecar.8
	file 644 bank-config.toml.example "$doc/examples/bank-config.toml"
}

install_bank() {
	need bank
	program bank
	file 755 $from/slurm-banking-bank "$PREFIX/sbin/slurm-banking-bank"
	file 644 $from/systemd/slurm-banking-bank.service "$UNITDIR/slurm-banking-bank.service"
	file 644 $from/sysusers.d/slurm-banking-bank.conf "$PREFIX/lib/sysusers.d/slurm-banking-bank.conf"
	file 644 $from/tmpfiles.d/slurm-banking-bank.conf "$PREFIX/lib/tmpfiles.d/slurm-banking-bank.conf"
	settings bank.env
	manual $from/man/slurm-banking-bank.8
}

slurm_version() {
	local program
	for program in slurmctld slurmd sinfo; do
		if command -v $program >/dev/null; then
			$program -V | sed 's/^[^ ]* //; s/-.*//'
			return
		fi
	done
	dpkg-query -W -f '${Version}' libslurm-dev 2>/dev/null | sed 's/-.*//'
}

plugin_directory() {
	local said='' known
	if here && command -v scontrol >/dev/null; then
		said=$(timeout 5 scontrol show config 2>/dev/null | sed -n 's/^PluginDir *= *\([^:]*\).*/\1/p' || true)
	fi
	for known in "$said" "/usr/lib/$(uname -m)-linux-gnu/slurm-wlm" /usr/lib64/slurm /usr/lib/slurm /usr/local/lib/slurm; do
		if [ -n "$known" ] && [ -d "$known" ]; then
			echo "$known"
			return
		fi
	done
	fail "Slurm's directory of plugins is not where it could be: name it, PLUGINDIR="
}

plugin_names=(job_submit_slurm_banking.so jobcomp_slurm_banking.so spank_slurm_banking.so libslurm_banking.so)

install_plugins() {
	local version built plugin
	version=${SLURM_VERSION:-$(slurm_version)}
	[ -n "$version" ] || fail "no Slurm is installed: name its release, SLURM_VERSION="
	built=artifacts/plugins/$version
	for plugin in "${plugin_names[@]}"; do
		[ -e "$built/$plugin" ] && continue
		if [ "$(dpkg-query -W -f '${Version}' libslurm-dev 2>/dev/null | sed 's/-.*//')" = "$version" ]; then
			env -u SLURM_VERSION eng/build-plugins.sh
		else
			SLURM_VERSION=$version eng/build-plugins.sh
		fi
		break
	done
	: "${PLUGINDIR:=$(plugin_directory)}"
	say "plugins for Slurm $version into $PLUGINDIR"
	for plugin in "${plugin_names[@]}"; do file 644 "$built/$plugin" "$PLUGINDIR/$plugin"; done
	file 755 $from/plugins-in-use "$library/plugins-in-use"
}

do_install() {
	made=() files=()
	[ -z "$DESTDIR" ] || mkdir -p "$DESTDIR"
	directory "$library"
	for component in $COMPONENTS; do "install_$component"; done
	if [ -z "$PACKAGE" ]; then
		local licence
		for licence in LICENSES/*; do file 644 "$licence" "$doc/$(basename "$licence")"; done
	fi
	for path in "${made[@]}"; do record "directory $path"; done
	for path in "${files[@]}"; do record "$path"; done
	here || return 0
	[ ! -e "$PREFIX/lib/sysusers.d/slurm-banking-bank.conf" ] || systemd-sysusers "$PREFIX/lib/sysusers.d/slurm-banking-bank.conf"
	systemd-tmpfiles --create "$PREFIX"/lib/tmpfiles.d/slurm-banking*.conf || true
	! systemd_runs || systemctl daemon-reload
	say "installed; what is next: docs/install.md"
}

do_uninstall() {
	[ -e "$DESTDIR$list" ] || fail "$DESTDIR$list is not there: nothing was installed with this PREFIX"
	local kind path sum named
	if grep -q '^file .*/plugins-in-use$' "$DESTDIR$list" &&
		named=$(sh $from/plugins-in-use ${DESTDIR:+"$DESTDIR$SYSCONFDIR/slurm/slurm.conf"}); then
		echo "$named" >&2
		fail "Slurm's configuration still names the plugins: take these lines out, restart slurmctld, then come again"
	fi
	if here && systemd_runs; then
		for unit in slurm-banking-{sidecar,node,bank}.service; do
			if grep -qxF "file $UNITDIR/$unit" "$list"; then systemctl disable --now "$unit" >/dev/null 2>&1 || true; fi
		done
	fi
	local kept=0
	while read -r kind path sum; do
		case $kind in
		file) rm -f "$DESTDIR$path" ;;
		settings)
			[ -e "$DESTDIR$path" ] || continue
			if [ "$(sha256sum "$DESTDIR$path" | cut -d' ' -f1)" = "$sum" ]; then rm -f "$DESTDIR$path"; else
				say "$path was changed, and stays"
				kept=1
			fi
			;;
		esac
	done <"$DESTDIR$list"
	local directories
	directories=$(sed -n 's/^directory //p' "$DESTDIR$list" | sort -r)
	rm -f "$DESTDIR$list"
	while read -r path; do
		[ -z "$path" ] || rmdir "$DESTDIR$path" 2>/dev/null || true
	done <<<"$directories"
	if here && systemd_runs; then systemctl daemon-reload; fi
	say "taken away; state stays in /var/lib/slurm-banking*, /var/spool/slurm-banking"
	[ $kept = 0 ] || say "and so do the settings named above"
}

"do_$verb"
