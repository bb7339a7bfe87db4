# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the checks share; each sources it first. A check runs from the top of the tree on the
# programs in $BUILD, has a directory of its own, $scratch, and ends with ok, fail or skip.
set -u
build=${BUILD:-build}
wirestate=$build/wirestate
name=${0##*/}
# shellcheck disable=SC2034 # for the checks
esc=$'\e'

ok() {
	echo "ok $name"
	exit 0
}

fail() {
	printf 'not ok %s: %s\n' "$name" "$*"
	exit 1
}

skip() {
	echo "skip $name: $*"
	exit 77
}

[[ -x $wirestate ]] || fail "$wirestate is not there; run make first"
if [[ ${WIRESTATE_WORLD:-} == private ]]; then
	scratch=$WIRESTATE_SCRATCH
else
	scratch=$(mktemp -d) || exit 1
	trap 'rm -rf "$scratch"' EXIT
fi

# Go on in a private world: own network, processes, mounts and an empty /tmp, where whatever
# appears was made by what we run, however busy the machine is. Returns at once inside of it.
private_world() {
	if [[ ${WIRESTATE_WORLD:-} == private ]]; then
		furnish
		return
	fi
	local user=()
	((EUID == 0)) || user=(--user --map-root-user)
	local world=(unshare "${user[@]}" --net --pid --mount --ipc --fork --kill-child --mount-proc)
	"${world[@]}" true 2>"$scratch/why" || skip "unshare: $(head -n 1 "$scratch/why")"
	WIRESTATE_WORLD=private WIRESTATE_SCRATCH=$scratch "${world[@]}" "$0"
	exit
}

furnish() {
	local dir
	private_dirs=()
	for dir in /dev/shm /run /var/tmp /tmp; do
		case $PWD/ in "$dir"/*) continue ;; esac # it would hide the tree
		[[ -d $dir ]] && mount -t tmpfs none "$dir" && private_dirs+=("$dir")
	done
	mount -t sysfs none /sys 2>/dev/null
	[[ -d $scratch ]] || mkdir -p "$scratch"
	export TMPDIR=$scratch/tmp
	mkdir -p "$TMPDIR"
}

# What the network of this namespace looks like, counters and clocks left out: file $1.
snapshot_network() {
	{
		echo "== links"
		(cd /sys/class/net && for link in *; do
			echo "$link" "$(cat "$link"/{ifindex,iflink,type,mtu,flags,address} 2>/dev/null | xargs)"
		done)
		echo "== addresses and routes"
		cat /proc/net/fib_trie
		cut -c 1-53 /proc/net/if_inet6 2>/dev/null
		awk '{ print $1, $2, $3, $4, $5, $6, $10 }' /proc/net/ipv6_route 2>/dev/null | sort
		echo "== settings"
		find /proc/sys/net -type f -perm -0400 ! -name 'nf_conntrack_count' \
			! -name stable_secret -exec grep -H '' {} + 2>/dev/null | sort
		if command -v nft >/dev/null; then
			echo "== firewall"
			nft list ruleset 2>/dev/null
		fi
		echo "== named namespaces"
		ls /run/netns /var/run/netns 2>/dev/null
	} >"$1"
}

# In a private world also the sockets, mounts and files: file $1.
snapshot_world() {
	snapshot_network "$1"
	{
		echo "== sockets"
		awk 'FNR > 1 { print FILENAME, $2, $3, $4 }' /proc/net/{tcp,tcp6,udp,udp6,raw,raw6} 2>/dev/null
		awk 'FNR > 1 { print FILENAME, $3, $4 }' /proc/net/packet
		echo "== mounts"
		cut -d ' ' -f 3- /proc/self/mountinfo
		echo "== files"
		find "${private_dirs[@]}" "$TMPDIR" -xdev ! -path "$scratch" ! -path "$scratch/[!t]*" |
			sort -u
	} >>"$1"
}

# Sets `others` to the processes of a private world that are not this script, and `sandboxes` to
# how many of them live in another network namespace. Forks nothing that it would then see.
look_around() {
	local dir pid line state
	others='' sandboxes=0
	for dir in /proc/[0-9]*; do
		pid=${dir#/proc/}
		((pid == 1)) && continue # this script
		line=''
		{ read -r line <"$dir/stat"; } 2>/dev/null
		[[ -n $line ]] || continue
		state=${line##*) }
		[[ $state == [ZX]* ]] && continue
		others+="${line%%)*})"$'\n'
		[[ -e $dir/ns/net && ! $dir/ns/net -ef /proc/self/ns/net ]] && sandboxes=$((sandboxes + 1))
	done
}

# Run wirestate with the arguments given behind the scenes, in a process group of its own and with
# SIGINT as a terminal would leave it; come back when `least` sandboxes are at work. Sets `runner`.
start_runner() {
	local least=$1
	shift
	set -m
	"$wirestate" "$@" >"$scratch/output" 2>&1 </dev/null &
	runner=$!
	set +m
	local deadline=$((SECONDS + 20))
	while look_around; ((sandboxes < least)); do
		kill -0 $runner 2>/dev/null ||
			fail "wirestate $*: ended before a claim was seen at work: $(tail -n 5 "$scratch/output")"
		((SECONDS < deadline)) || fail "wirestate $*: no claim at work after 20 s"
		sleep 0.01
	done
}

# Wait until the private world holds nothing but us, and is as it was in snapshot file $1.
expect_nothing_left() {
	local deadline=$((SECONDS + 10))
	while look_around; [[ -n $others ]]; do
		((SECONDS < deadline)) || fail "processes left after 10 s:"$'\n'"$others"
		sleep 0.02
	done
	# A namespace lives on by a process, a mount or a descriptor: no process, then no descriptor.
	snapshot_world "$scratch/left"
	diff "$1" "$scratch/left" >"$scratch/differs" ||
		fail "left behind (>) or gone (<):"$'\n'"$(cat "$scratch/differs")"
}

# Is the JUnit report $1 well-formed and as our schema says?
expect_valid_junit() {
	[[ -s $1 ]] || fail "no report in $1"
	local schema=()
	[[ -f ci/junit.xsd ]] && schema=(--schema ci/junit.xsd)
	xmllint --noout --nonet "${schema[@]}" "$1" 2>"$scratch/xmllint" ||
		fail "$1: $(head -n 10 "$scratch/xmllint")"
}

# What reads reports besides us, ci/page/package.json, is there, or this check is skipped.
need_readers() {
	local tool
	for tool in node npm jq; do
		command -v $tool >/dev/null || skip "$tool is not installed: make deps check"
	done
	cmp -s ci/page/package-lock.json ci/page/node_modules/.wirestate && return
	npm ci --prefix ci/page --fetch-retries=0 --no-audit --no-fund --ignore-scripts >"$scratch/npm" 2>&1 ||
		skip "npm cannot install ci/page: $(grep -m 1 'npm error' "$scratch/npm")"
	cp ci/page/package-lock.json ci/page/node_modules/.wirestate
}

find_chromium() {
	command -v chromium || command -v chromium-browser || command -v google-chrome
}
