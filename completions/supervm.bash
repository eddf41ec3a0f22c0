# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# supervm.bash - completion for bash: commands, their options, files, and what some options take.
_supervm() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "run verify info disasm asm compile engines --help --version" -- "$cur")
        return
    fi
    case $prev in
    --engine | -e) words=$(supervm engines 2>/dev/null | awk '{ print $1 }') ;;
    --ctx) words="xdp tc socket_filter cgroup_skb syscall raw_tracepoint tracepoint kprobe perf_event fentry fexit raw" ;;
    --verify) words="guarded strict off" ;;
    --emit) words="svm obj shared exe asm ir bc" ;;
    --dump-ir) words="before after" ;;
    --target) words="x86_64-linux-gnu aarch64-linux-gnu riscv64-linux-gnu" ;;
    --format) words="elf raw hex asm svmasm wasm svm" ;;
    --prog | -p | --repeat | -n | --set | -s | --budget | --fuel | --cpus | --workers | --invoke | --timeout | --max-memory | --env | --steps) return ;;
    esac
    if [ -z "$words" ] && [ "${cur#-}" != "$cur" ]; then
        case $command in
        run)
            words="--prog --pcap --out --mem --ctx --engine --repeat --set --map-file --maps --stats --trace --regs --json \
                --budget --fuel --invoke --dir --env --stub-imports --timeout --max-memory --cpus --workers --btf --kconfig --format \
                --bpf --control \
                --native --verify --unsafe --no-fuel --harden --debug --perf --eager --opt --cache --dump-ir --time-passes --help"
            ;;
        verify) words="--prog --strict --guarded --type --gpl --json --html --log --set --steps --btf --kconfig --format --help" ;;
        info) words="--json --functions --format --help" ;;
        disasm) words="--source --native --engine --prog --no-show-raw-insn --format --help" ;;
        asm) words="--hex --out --svm --help" ;;
        compile)
            words="--out --emit --opt --debug --target --cpu --features --name --set --verify --unsafe --no-fuel --harden --bounds --ctx --cc \
                --dump-ir --time-passes --format --help"
            ;;
        engines) words="--all --help" ;;
        esac
    fi
    if [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}
complete -o filenames -F _supervm supervm
