# shellcheck shell=bash
# supervise.sh - the state folder, and the programs under s6: one service folder each, readiness by
# descriptor, restart with back-off, exit code 78 = misconfigured = not restarted.
#
# Each program gets its own credential only, as descriptor 3.  Started as root, each has its own OS user.

bin=${ENDORSE_BUILD:-$root/build}/bin
spokes="intake reference exam renewal courier desk gateway audit"
declare -A instances=()

random_hex() { od -An -tx1 -N"$1" /dev/urandom | tr -d ' \n'; }

# ---- the state folder ----

prepare_state() { # prepare_state DIR PORT WORKERS CONFIG
    mkdir -p "$1" 2>/dev/null && [ -w "$1" ] && [ -x "$1" ] ||
        fail 78 "cannot write to the state folder $1 as $(id -un): choose another with --state DIR," \
            "or make it and its files yours"
    state_dir=$(cd "$1" && pwd)
    [ ${#state_dir} -le 80 ] ||
        fail 78 "the path of the state folder is too long for the sockets in it (80 characters at most): $state_dir"
    http_port=$2
    run_dir=$state_dir/run
    services_dir=$run_dir/service
    read_instances "$3"
    (: >>"$state_dir/lock") 2>/dev/null ||
        fail 78 "$state_dir belongs to another user (a run as root?): choose another with --state DIR, or delete it"
    exec 8>>"$state_dir/lock"
    flock -n 8 || fail 75 "another deploy/run uses $state_dir; end that one, or give this one its own --state and --port"
    port_is_free "$http_port" && port_is_free "$((http_port + 1))" && port_is_free "$((http_port + 2))" ||
        fail 75 "a port of $http_port to $((http_port + 2)) is taken; choose another with --port"
    choose_users
    make_folders
    make_secrets
    config_file=${4:-$state_dir/endorse.conf}
    [ -n "$4" ] || [ -f "$config_file" ] || write_settings >"$config_file"
    [ -r "$config_file" ] || fail 78 "cannot read the settings file $config_file"
    # It holds no secrets, and each program reads it as a user of its own.
    [ -z "$separate_users" ] || chmod a+r "$config_file"
    check_settings
    "$root/deploy/redis/make-acl" "$state_dir/secrets" >"$run_dir/redis.acl"
    sed -e "s|@RUN_DIR@|$run_dir|g" -e "s|@DATA_DIR@|$state_dir/redis|g" \
        "$root/deploy/redis/redis.conf" >"$run_dir/redis.conf"
    write_installation
    own "$redis_user" "$run_dir/redis.acl" "$run_dir/redis.conf" "$state_dir/redis"
}

# A settings file in which every setting stands as a comment with its sentence and default.
write_settings() {
    local name
    echo "# Settings of Endorse.  Take away the # of a line to change it; then restart deploy/run."
    echo "# This installation is a sandbox: its business clock may be advanced (endorsectl clock)."
    echo 'sandbox = "yes"'
    "$bin/endorse-intake" --print-config | sed '/^# ---- endorse-/,$d'
    for name in $spokes; do
        echo
        "$bin/endorse-$name" --print-config | sed -n '/^# ---- endorse-/,$p'
    done
}

# Every program reads the settings once before any is started: a person waits for the answer.
check_settings() {
    local name said
    for name in $spokes; do
        said=$(eval "'$bin/endorse-$name' $(program_flags "$name" 0) --check-config yes" \
            3<"$state_dir/secrets/$name.secrets" 4>/dev/null 2>&1) ||
            fail 78 "endorse-$name is misconfigured: $(sed -n 's/.*"text":"\(.*\)"}$/\1/p' <<<"$said")"
    done
}

# What endorsectl needs to find the programs.
write_installation() {
    local name counts=""
    for name in $spokes; do counts+="\"$name\":${instances[$name]},"; done
    cat >"$state_dir/installation.json" <<JSON
{"run_dir":"$run_dir","http":"http://127.0.0.1:$http_port","door":"tcp://127.0.0.1:$((http_port + 2))",
 "door_public":"$(cat "$state_dir/door.public")","instances":{${counts%,}}}
JSON
    chmod 0644 "$state_dir/installation.json"
}

read_instances() {
    local pair name
    for name in $spokes; do instances[$name]=1; done
    for pair in ${1//,/ }; do
        name=${pair%%=*}
        [ -n "${instances[$name]:-}" ] || fail 78 "--workers: there is no program '$name'; choose from $spokes"
        [ "$name" != gateway ] && [ "$name" != desk ] || fail 78 "--workers: the $name runs once; it is an HTTP door"
        [ "$name" != audit ] || fail 78 "--workers: the audit runs once; one program writes the copy"
        [ "${pair#*=}" -ge 1 ] && [ "${pair#*=}" -le 16 ] || fail 78 "--workers: $name takes 1 to 16 instances"
        instances[$name]=${pair#*=}
    done
    instance_list=$(for name in $spokes; do printf '%s=%s,' "$name" "${instances[$name]}"; done)
    instance_list=${instance_list%,}
}

port_is_free() { ! (exec 7<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Separate OS users need root, and binaries and state that those users can reach.
choose_users() {
    local name
    separate_users="" group="" redis_user=""
    if [ "$(id -u)" != 0 ]; then
        say "note: not started as root, so all programs share your user; Redis still keeps their keys apart"
        return
    fi
    getent group endorse >/dev/null || groupadd --system endorse
    for name in $spokes redis; do
        getent passwd "endorse-$name" >/dev/null || useradd --system --gid endorse --no-create-home \
            --home-dir /nonexistent --shell /usr/sbin/nologin "endorse-$name"
    done
    chmod 0711 "$state_dir"
    if s6-setuidgid endorse-intake test -x "$bin/endorse-intake" &&
        s6-setuidgid endorse-intake test -x "$state_dir" &&
        s6-setuidgid endorse-intake test -r "$root/deploy/packages"; then
        separate_users=yes group=endorse redis_user=endorse-redis
    else
        say "note: $root or $state_dir is closed to other users, so all programs run as root's own;" \
            "move them to an open folder to give each program its own user"
    fi
}

own() { # own USER FILE...: does nothing without separate users
    local user=$1
    shift
    [ -z "$separate_users" ] || chown -R "$user:${group}" "$@"
}

make_folders() {
    mkdir -p "$state_dir"/{secrets,redis,audit,log,mail/tmp,mail/new,mail/cur,archive} "$services_dir"
    chmod 0700 "$state_dir/secrets" "$state_dir/redis" "$state_dir/audit"
    rm -f "$run_dir"/*.sock
    if [ -n "$separate_users" ]; then
        chgrp "$group" "$run_dir" && chmod 1770 "$run_dir"
        chown -R "endorse-courier:$group" "$state_dir/mail" && chmod -R u=rwX,g=rX,o= "$state_dir/mail"
        chown -R endorse-audit "$state_dir/audit"
    else
        chmod 0700 "$run_dir"
    fi
}

# Which program holds which secret: once, here.  The values are made at the first start and stay.
secret_holders() {
    cat <<'TABLE'
person-key       intake gateway courier
fingerprint-key  intake reference exam renewal courier desk
link-key         reference courier
answers-key      reference
essay-key        intake
conflict-key     intake
desk-key         intake desk
desk-link-key    courier desk
webhook-key      intake courier endorsectl
badge-key        intake
audit-key        audit
TABLE
}

make_secrets() {
    local folder=$state_dir/secrets name program holders
    umask 077
    for name in $spokes endorsectl admin; do
        [ -f "$folder/$name.secrets" ] || printf 'redis-password %s\n' "$(random_hex 32)" >"$folder/$name.secrets"
    done
    while read -r name holders; do
        local value=""
        for program in $holders; do
            [ -f "$folder/$program.secrets" ] || continue # no program of this installation
            grep -qs "^$name " "$folder/$program.secrets" || {
                # shellcheck disable=SC2086 # a list of programs
                value=${value:-$(known_value "$name" $holders)}
                printf '%s %s\n' "$name" "$value" >>"$folder/$program.secrets"
            }
        done
    done < <(secret_holders)
    if ! grep -q '^door-secret-key ' "$folder/intake.secrets"; then
        "$bin/endorsectl" keys new | while read -r name value; do
            case $name in
            public) printf '%s\n' "$value" >"$state_dir/door.public" ;;
            secret) printf 'door-secret-key %s\n' "$value" >>"$folder/intake.secrets" ;;
            esac
        done
        chmod 0644 "$state_dir/door.public"
    fi
    umask 022
}

known_value() { # the value that a holder has already, or a new one
    local name=$1 program
    shift
    for program in "$@"; do
        awk -v name="$name" '$1 == name { print $2; found = 1 } END { exit !found }' \
            "$state_dir/secrets/$program.secrets" 2>/dev/null && return
    done
    random_hex 32
}

# ---- service folders ----

write_service() { # write_service NAME USER NOTIFY-FD-OR-EMPTY COMMAND
    local folder=$services_dir/$1 as=""
    mkdir -p "$folder/log"
    [ -z "$separate_users" ] || [ -z "$2" ] || as="s6-setuidgid $2"
    [ -z "$3" ] || echo "$3" >"$folder/notification-fd"
    echo 40000 >"$folder/timeout-finish"
    : >"$folder/down" # brought up in order, by us
    cat >"$folder/run" <<RUN
#!/bin/sh
exec 2>&1
date +%s >started
$(if [ -f "$state_dir/secrets/${1%.*}.secrets" ]; then echo "exec 3<'$state_dir/secrets/${1%.*}.secrets'"; fi)
exec $as $4
RUN
    # Back-off 1, 2, 4, ... 30 s while a program keeps dying within ten seconds of its start.  78 is for a person.
    cat >"$folder/finish" <<'FINISH'
#!/bin/sh
# Arguments: exit code (256: by a signal), signal.
if [ "$1" = 78 ]; then
    echo "stopped: misconfigured (exit 78); the log says what to mend"
    touch misconfigured
    exit 125
fi
[ "$1" != 256 ] || echo "{\"level\":\"error\",\"id\":\"KILLED\",\"text\":\"ended by signal $2\"}"
lived=$(($(date +%s) - $(cat started)))
wait=$(cat backoff 2>/dev/null || echo 1)
if [ "$lived" -ge 10 ]; then wait=1; fi
echo $((wait * 2 > 30 ? 30 : wait * 2)) >backoff
[ "$1" = 0 ] || sleep "$wait"
FINISH
    mkdir -p "$state_dir/log/$1"
    printf '#!/bin/sh\nexec s6-log -b n10 s1000000 "%s"\n' "$state_dir/log/$1" >"$folder/log/run"
    chmod +x "$folder/run" "$folder/finish" "$folder/log/run"
    rm -f "$folder/misconfigured" "$folder/backoff"
}

is_set() { grep -qE "^[[:space:]]*$1[[:space:]]*=" "$config_file"; } # is_set SETTING: by the file, not by us

program_flags() { # program_flags NAME INSTANCE
    printf '%s' "--config '$config_file' --state-dir '$state_dir' --instance $2 --instances $instance_list" \
        " --secrets-fd 3 --ready-fd 4 ${separate_users:+--group-sockets yes}"
    case $1 in
    intake) printf '%s' " --door-endpoint tcp://127.0.0.1:$((http_port + 2))" ;;
    gateway) printf '%s' " --http-port $http_port" ;;
    exam) printf '%s' " --rules-dir '$root/deploy/exam/rules'" ;;
    desk) printf '%s' " --desk-port $((http_port + 1)) --exam-forms-dir '$root/deploy/exam/forms'" ;;
    esac
    case $1 in
    intake | renewal | reference | gateway) is_set policy_dir || printf '%s' " --policy-dir '$root/deploy/policy'" ;;
    esac
    case $1 in
    reference | gateway) printf '%s' " --forms-dir '$root/deploy/forms'" ;;
    intake) printf '%s' " --exam-forms-dir '$root/deploy/exam/forms'" ;;
    courier) printf '%s' " --mail-dir '$root/deploy/mail'" ;;
    esac
    case $1 in
    courier | gateway) printf '%s' " --ethics-dir '$root/deploy/ethics'" ;;
    esac
    # Links in mails and credentials lead here unless the settings say where the world finds us.
    if [[ $1 =~ ^(courier|intake)$ ]] && ! is_set public_url; then
        printf '%s' " --public-url http://127.0.0.1:$http_port"
    fi
    case $1 in
    courier | desk) is_set desk_url || printf '%s' " --desk-url http://127.0.0.1:$((http_port + 1))" ;;
    esac
}

write_services() {
    local name i
    rm -rf "$services_dir"
    mkdir -p "$services_dir"
    write_service redis "$redis_user" "" "redis-server '$run_dir/redis.conf'"
    for name in $spokes; do
        for ((i = 0; i < instances[$name]; i++)); do
            write_service "$name.$i" "endorse-$name" 4 "'$bin/endorse-$name' $(program_flags "$name" "$i")"
        done
    done
}

# ---- life ----

admin_redis() {
    REDISCLI_AUTH=$(awk '$1 == "redis-password" { print $2 }' "$state_dir/secrets/admin.secrets") \
        redis-cli --no-auth-warning -s "$run_dir/redis.sock" --user admin "$@"
}

start_all() {
    local name folder
    write_services
    setsid s6-svscan -t 0 "$services_dir" >>"$state_dir/log/svscan" 2>&1 8>&- &
    svscan_pid=$!
    wait_for "the supervisor" test -p "$services_dir/.s6-svscan/control"
    wait_for "its services" all_supervised
    wait_for "the supervisor of Redis" bring_up "$services_dir/redis"
    wait_for "Redis" redis_is_ready
    admin_redis FUNCTION LOAD REPLACE "$(cat "$root/deploy/redis/endorse.lua")" >/dev/null ||
        { stop_all; fail 78 "Redis refused deploy/redis/endorse.lua"; }
    for name in $spokes; do
        for folder in "$services_dir/$name".*; do
            wait_for "the supervisor of $(basename "$folder")" bring_up "$folder"
        done
    done
    for name in $spokes; do
        for folder in "$services_dir/$name".*; do
            s6-svwait -U -t 20000 "$folder" 2>/dev/null || {
                say "$(basename "$folder") is not ready; the end of its log:"
                tail -n 5 "$state_dir/log/$(basename "$folder")/current" >&2
                stop_all
                exit 75
            }
        done
    done
}

# On a busy machine a supervisor that was seen may not listen yet; then it is asked again.
bring_up() { s6-svc -u "$1" 2>/dev/null; }

all_supervised() {
    local folder
    for folder in "$services_dir"/*/; do s6-svok "$folder" || return 1; done
}

redis_is_ready() { [ "$(admin_redis PING 2>/dev/null)" = PONG ]; }

# Polls every 20 ms, for what has no readiness of its own; 20 s at most.
wait_for() { # wait_for WHAT COMMAND...
    local what=$1 tries=1000
    shift
    until "$@"; do
        tries=$((tries - 1))
        kill -0 "$svscan_pid" 2>/dev/null && [ $tries -gt 0 ] || {
            say "$what did not come up; see $state_dir/log"
            tail -n 5 "$state_dir/log/redis/current" "$state_dir/log/svscan" >&2 2>/dev/null || true
            stop_all
            exit 75
        }
        read -rt 0.02 <> <(:) || true
    done
}

# First the doors, then the spokes, then the audit, which copies what they wrote last, and Redis; each drains within
# its own time.
stop_all() {
    trap '' INT TERM
    [ -n "${svscan_pid:-}" ] || return 0
    say "Draining."
    local name folder
    for name in gateway desk intake reference exam renewal courier audit redis; do
        for folder in "$services_dir/$name" "$services_dir/$name".*; do
            [ -d "$folder" ] && s6-svc -wD -T 10000 -d "$folder" 2>/dev/null || true
        done
    done
    # Whoever deleted the state folder took the control pipe along; a signal still arrives.
    s6-svscanctl -t "$services_dir" 2>/dev/null || kill -TERM "$svscan_pid" 2>/dev/null || true
    wait "$svscan_pid" 2>/dev/null || true
    svscan_pid=""
    say "Stopped."
}

watch_until_stopped() {
    local folder
    declare -A told=()
    while kill -0 "$svscan_pid" 2>/dev/null; do
        for folder in "$services_dir"/*/; do
            if [ -e "$folder/misconfigured" ] && [ -z "${told[$folder]:-}" ]; then
                told[$folder]=yes
                say "$(basename "$folder") stopped: misconfigured.  The end of its log:"
                tail -n 3 "$state_dir/log/$(basename "$folder")/current" >&2
            fi
        done
        # Without our lock: a sleep that outlives us would keep the next start waiting.
        sleep 1 8>&- &
        wait $! || true
    done
    fail 75 "the supervisor ended by itself; see $state_dir/log/svscan"
}
