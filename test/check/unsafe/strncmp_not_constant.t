# the second string has to be a constant
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    char *other = first_of(&values), mine[4] = "abc";
    return other ? bpf_strncmp(mine, 4, other) : 0;
}
-- rejected prog: argument-type: prog: insn * (strncmp_not_constant.t:6): argument 3 of bpf_strncmp: an argument is not what the function takes: r3 = map value of values, 64 bytes
-- kernel rejects R3 does not point to a readonly map'
