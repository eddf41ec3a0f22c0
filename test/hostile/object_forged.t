# memory is no object
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void bpf_obj_drop_impl(void *p, void *meta);
struct item { u64 number; u64 node[3]; };
#define NEW() ((struct item *)bpf_obj_new_impl(__builtin_btf_type_id(*(struct item *)0, 0), 0))
SEC("socket") int prog(void *ctx)
{
    struct item own;
    bpf_obj_drop_impl(&own, 0);
    return 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE
