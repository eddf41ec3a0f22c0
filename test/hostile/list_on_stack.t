# a list begins in a map value
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void *bpf_obj_new_impl(u64 type, void *meta);
KSYM int bpf_list_push_back_impl(void *head, void *node, void *meta, u64 off);
struct item { u64 number; u64 node[3]; };
#define NEW() ((struct item *)bpf_obj_new_impl(__builtin_btf_type_id(*(struct item *)0, 0), 0))
u64 list[2];
SEC("socket") int prog(void *ctx)
{
    u64 head[2];
    struct item *p = NEW();
    bpf_list_push_back_impl(head, p->node, 0, 0);
    return 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_ARGUMENT
