# shellcheck shell=bash
# common.sh - what deploy/run, deploy/test and deploy/bench share: packages and the build.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
fail() { # fail CODE what-and-how-to-mend
    local code=$1
    shift
    say "endorse: $*"
    exit "$code"
}

# Prints the packages of the given groups that are not installed.  Node and npm may come from elsewhere than
# Debian's packages: having the commands is enough.
missing_packages() {
    local wanted=() installed package
    mapfile -t wanted < <(awk -v groups=" $* " '!/^#/ && NF >= 2 && index(groups, " " $1 " ") { print $2 }' \
        "$root/deploy/packages" | sort -u)
    # dpkg-query fails when it knows one of them not at all, which is the case this function is for.
    installed=$({ dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true; } |
        awk '$2 == "installed" { printf " %s", $1 } END { print " " }')
    for package in "${wanted[@]}"; do
        [[ $installed != *" $package "* ]] || continue
        case $package in
        nodejs) command -v node >/dev/null && continue ;;
        npm) command -v npm >/dev/null && continue ;;
        esac
        echo "$package"
    done
}

install_packages() { # install_packages GROUP...
    local missing=() as_root=() log
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail 78 "these packages are missing and this is no Debian: ${missing[*]}"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail 78 "install these packages as root, then run this again:" \
            "apt-get install --no-install-recommends ${missing[*]}"
        as_root=(sudo)
    fi
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    log=$(mktemp)
    if ! "${as_root[@]}" apt-get update >"$log" 2>&1 ||
        ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
            "${missing[@]}" 2>&1 | tee -a "$log" | show_installation; then
        tail -n 20 "$log" >&2
        fail 75 "the installation failed; the lines above are the end of $log"
    fi
    rm -f "$log"
    # We run a private Redis of our own; the stock service we just brought along would only sit on a port.
    if [[ " ${missing[*]} " == *" redis-server "* ]] && [ -d /run/systemd/system ]; then
        "${as_root[@]}" systemctl disable --quiet --now redis-server || true
    fi
}

# Of apt's many lines those that tell a person how far it is.
show_installation() {
    awk '/newly installed/ { total = $3 } /^Need to get/ { print "  " $0 }
         /^Setting up/ && ++done % 25 == 0 { print "  " done " of " total " set up" } { fflush() }' >&2
}

# Ninja's lines "42% ..." as one line for each tenth; nothing when there was nothing to do.
show_build() {
    awk '/^ *[0-9]+% / && !/ Re-(checking|running)/ && int($1 / 10) > told {
             told = int($1 / 10); print "  built " told * 10 " %"; fflush()
         }' >&2
}

# Configures when needed and builds; quiet when there is nothing to do.
build() { # build FOLDER PRESET [TARGET...]
    local folder=$1 preset=$2 log
    shift 2
    log=$(mktemp)
    # Again with "fresh": what was missing at the last configuration may be there now.
    if [ ! -f "$folder/build.ninja" ] || [ -n "${fresh:-}" ]; then
        cmake -S "$root" -B "$folder" -G Ninja -C "$root/deploy/cmake/preset-$preset.cmake" \
            >"$log" 2>&1 || {
            tail -n 30 "$log" >&2
            say "endorse: cmake failed; the whole log is $log"
            return 78
        }
    fi
    NINJA_STATUS='%p ' ninja -C "$folder" "$@" 2>&1 | tee "$log" | show_build || {
        grep -vE '^ *[0-9]+% ' "$log" | tail -n 60 >&2
        say "endorse: the build failed; the whole log is $log"
        return 78
    }
    rm -f "$log"
}
