#!/bin/bash
# Runs a command as if on host N of a cluster: it is called ctlN, and ctl1, ctl2 are known to it as 127.0.0.1, 127.0.0.2. Nobody else
# notices (namespaces for the name and for /etc/hosts), and what waits for the command or signals it sees the command itself.
#
#   eng/on-host.sh N COMMAND...
set -euo pipefail
# shellcheck disable=SC2016
exec unshare --uts --mount bash -c '
	hostname "ctl$0"
	hosts=$(mktemp)
	{ cat /etc/hosts && printf "127.0.0.%d ctl%d\n" 1 1 2 2; } >"$hosts"
	chmod 644 "$hosts"
	mount --bind "$hosts" /etc/hosts
	rm -f "$hosts"
	exec "$@"' "$@"
