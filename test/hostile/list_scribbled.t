# what the program writes into head and node means nothing
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void *bpf_obj_new_impl(u64 type, void *meta);
KSYM void bpf_obj_drop_impl(void *p, void *meta);
KSYM int bpf_list_push_back_impl(void *head, void *node, void *meta, u64 off);
KSYM void *bpf_list_pop_front(void *head);
struct item { u64 number; u64 node[3]; };
#define NEW() ((struct item *)bpf_obj_new_impl(__builtin_btf_type_id(*(struct item *)0, 0), 0))
u64 list[2];
SEC("socket") int prog(void *ctx)
{
    struct item *p = NEW(), *q;
    if (!p)
        return 1;
    p->number = 5;
    bpf_list_push_back_impl(list, p->node, 0, 0);
    list[0] = list[1] = p->node[0] = p->node[1] = 0x1234;
    u64 *node = bpf_list_pop_front(list);
    if (!node || bpf_list_pop_front(list))
        return 2;
    q = (struct item *)(node - 1);
    int n = q->number;
    bpf_obj_drop_impl(q, 0);
    return n;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- result 5
