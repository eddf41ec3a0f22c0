# a format from a map that may change
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    char *fmt = first_of(&values), out[16];
    u64 arg = 1;
    if (fmt)
        bpf_snprintf(out, sizeof out, fmt, &arg, sizeof arg);
    return 0;
}
-- rejected prog: argument-type: prog: insn * (snprintf_format_not_constant.t:8): argument 3 of bpf_snprintf: an argument is not what the function takes: r3 = map value of values, 64 bytes
-- kernel rejects R3 does not point to a readonly map'
