# an object is dropped or given away
-- c
#include "bpf.h"
__attribute__((section(".ksyms"))) extern void *bpf_obj_new_impl(u64 type, void *meta);
struct item { u64 number; };
SEC("socket") int prog(void *ctx)
{
    return bpf_obj_new_impl(__builtin_btf_type_id(*(struct item *)0, 0), 0) != 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap HELD
