#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# commands.sh [FILE.md]... - what README.md and docs/ show is what happens.
# in:  their indented blocks: a line "$ COMMAND", then what it prints. Lines "..." stand for any lines; numbers may be others,
#      and as much space between words as there is. A command that shows no output may print anything; one that shows
#      "supervm: ..." or "rejected ..." fails, and all others do well
# A command that needs a file that is not there, since what makes it is not installed, is left out, and said.
# Examples of the man page do well; files that are named are there; C of README.md compiles.
. "$(dirname "$0")/../lib.sh"
cd "$root" || exit 1
[ -n "$clang" ] || skip "no clang to compile eBPF programs"
[ "${SVM_PCAP:-TRUE}" = TRUE ] || skip "built without libpcap"
"$bin/supervm" engines | grep -q '^jit' || skip "no engine here makes machine code, as the documents show it"
[ $# != 0 ] || set -- README.md docs/*.md
missing=0
for name in build examples test; do ln -s "$root/$name" "$tmp/$name"; done
[ "$build" = "$root/build" ] || { rm "$tmp/build" && ln -s "$build" "$tmp/build"; }

plain() { sed "s|$root/||g; s|$tmp/||g" | sed -E 's/(0x)?[0-9a-f]*[0-9][0-9a-f]*([.,:-][0-9a-f]*[0-9][0-9a-f]*)*/#/g; s/[[:space:]]+/ /g; s/^ //; s/ $//'; }

# wanted, got: files of plain lines; "..." in wanted matches any number of them.
same() {
    awk 'NR == FNR { want[++n] = $0; next } { have[++m] = $0 }
         END { w = 1; h = 1; star = 0
               while (h <= m) {
                   if (w <= n && want[w] == "...") { star = w++; from = h }
                   else if (w <= n && want[w] == have[h]) { w++; h++ }
                   else if (star) { w = star + 1; h = ++from }
                   else exit 1
               }
               while (w <= n && want[w] == "...") w++
               exit w <= n }' "$1" "$2"
}

check() { # place, command; $tmp/shown: what is to be printed
    local word status
    for word in $2; do
        case $word in
        build/*/*.wasm | build/*/*.o | *.svm | floyd.wasm)
            [ -e "$tmp/$word" ] || [ "$(awk -v f="$word" '{ for (i = 1; i < NF; i++) if ($i == "-o") print ($(i + 1) == f) }' <<<"$2")" = 1 ] || {
                echo "left out: $1: $2: no $word"
                missing=$((missing + 1))
                return
            } ;;
        --sysroot=*)
            [ -e "${word#*=}/lib/wasm32-wasi" ] || return ;;
        esac
    done
    (cd "$tmp" && env -u SVM_ENGINE timeout 60 bash -c "$2" >got 2>&1)
    status=$?
    if grep -qE '^(supervm:|rejected) ' "$tmp/shown"; then
        equal "$1: fails" 1 $((status != 0 && status < 124))
    else
        equal "$1: status of $2" 0 $status
    fi
    if [ -s "$tmp/shown" ]; then
        plain <"$tmp/shown" >"$tmp/wanted"
        plain <"$tmp/got" >"$tmp/printed"
        same "$tmp/wanted" "$tmp/printed" || diff "$tmp/wanted" "$tmp/printed" | head -n 20
        ok "$1: what $2 prints" same "$tmp/wanted" "$tmp/printed"
    fi
}

for file; do
    # Commands, numbered by their line; NUL behind each, then what it shows and another NUL.
    while IFS= read -r -d '' place && IFS= read -r -d '' command && IFS= read -r -d '' shown; do
        printf '%s' "$shown" >"$tmp/shown"
        check "$file:$place" "$command"
    done < <(awk 'function give() { if (command != "") printf "%d%c%s%c%s%c", at, 0, command, 0, shown, 0; command = shown = "" }
        more { sub(/^ */, ""); command = command " " $0; more = sub(/ *\\$/, "", command); next }
        /^    \$ / { give(); at = NR; command = substr($0, 7); more = sub(/ *\\$/, "", command); next }
        /^    / && command != "" { shown = shown substr($0, 5) "\n"; next }
        { give() }
        END { give() }' "$file")
done

for file; do
    for name in $(grep -oE '\b(build/bin|src|test|bench|docs|examples|include|cmake|tools|fuzz)/[A-Za-z0-9_./*-]+' "$file" | sort -u); do
        name=${name%.}
        case $name in
        *NAME* | *FILE* | *FOLDER* | *\**) ;;
        *) ok "$file: $name is there" test -e "$tmp/$name" -o -e "$root/$name" -o -e "$build/$name" ;;
        esac
    done
done

# The examples of the man page, where the files are that they name.
mkdir "$tmp/man"
ln -s "$build"/bpf/*.bpf.o "$build"/wasm/control.wasm "$root"/examples/data/* "$tmp/man/"
while read -r command; do
    for word in $command; do
        case $word in
        rewritten.pcap) ;;
        *.o | *.pcap | *.maps | *.wasm) [ -e "$tmp/man/$word" ] || continue 2 ;;
        esac
    done
    ok "man page: $command" bash -c "cd '$tmp/man' && PATH='$bin':\$PATH $command"
done < <(sed -n '/^.SH EXAMPLES/,/^.fi/{ s/\\-/-/g; /^supervm /p }' docs/supervm.1)

blocks() { awk '/^```/ { c = /^```c$/; next } c' README.md; }
{
    blocks | grep '^#'
    echo 'int host(void *frame, unsigned length);'
    echo 'int host(void *frame, unsigned length) {'
    blocks | grep -v '^#'
    echo 'return rc; }'
} >"$tmp/readme.c"
ok "C of README.md" "${CC:-cc}" -std=c11 -Wall -fsyntax-only -Iinclude "$tmp/readme.c"
[ "$missing" = 0 ] || echo "$missing commands left out"
finish
