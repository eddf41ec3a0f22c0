# a constant format, a constant to compare with
-- c
#include "../check.h"
static const char fmt[] = "%d";
static const char name[] = "abc";
SEC("tc") int prog(struct __sk_buff *skb) {
    char out[16] = {0};
    u64 arg = skb->len;
    bpf_snprintf(out, sizeof out, fmt, &arg, sizeof arg);
    return bpf_strncmp(out, sizeof out, name);
}
-- accepted prog
