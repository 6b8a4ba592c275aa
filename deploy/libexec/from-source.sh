# Sourced by the commands that run from the source tree: they build it when it has changed.

# home: the project's directory
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

java_command() {
    echo "${JAVA_HOME:+$JAVA_HOME/bin/}java"
}

# build <name of the command>
build() {
    local built=$home/tests/target/class-path newer
    if [[ -f $built ]]; then
        newer=$(find "$home/pom.xml" "$home"/{job,udf,tests}/pom.xml "$home"/{job,udf,tests}/src/main -type f -newer "$built" -print -quit)
        [[ -n $newer ]] || return 0
    fi
    if ! command -v mvn >/dev/null; then
        echo "$1: FAILED Maven is missing: install it (JDK 17 and Maven are all that is needed)"
        exit 1
    fi
    echo "$1: building with Maven (minutes the first time, when everything is downloaded)"
    local log maven
    log=$(mktemp "${TMPDIR:-/tmp}/walferry-build-XXXXXX")
    mvn -q -B -f "$home/pom.xml" -DskipTests package >"$log" 2>&1 &
    maven=$!
    trap 'kill "$maven" 2>/dev/null; wait "$maven"; rm -f "$log"; exit 130' INT
    trap 'kill "$maven" 2>/dev/null; wait "$maven"; rm -f "$log"; exit 143' TERM
    if ! wait "$maven"; then
        tail -n 20 "$log"
        echo "$1: FAILED the build failed (log: $log)"
        exit 1
    fi
    trap - INT TERM
    rm -f "$log"
    # Maven leaves unchanged files alone, so their age would ask for a build again.
    touch "$built"
}

# run <heap> <main class> <argument>...: becomes the JVM, so that signals reach it
run() {
    local heap=$1
    shift
    exec "$(java_command)" "-Xmx$heap" -XX:+UseSerialGC \
        -Dlog4j2.level=WARN -cp "$home/tests/target/classes:$(cat "$home/tests/target/class-path")" "$@"
}
