# a number that is no struct
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void *bpf_obj_new_impl(u64 type, void *meta);
SEC("socket") int prog(void *ctx)
{
    return bpf_obj_new_impl(123456, 0) != 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_ARGUMENT
