/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kptr.bpf.c - pointers to allocated objects that maps own (kernel 6.7). clang: 18 */
#include "oracle.h"

#define KPTR __attribute__((btf_type_tag("kptr")))
KSYM void *bpf_obj_new_impl(u64 type, void *meta);
KSYM void bpf_obj_drop_impl(void *p, void *meta);
KSYM void bpf_rcu_read_lock(void);
KSYM void bpf_rcu_read_unlock(void);
#define obj_new(type) ((type *)bpf_obj_new_impl(__builtin_btf_type_id(*(type *)0, 0), NULL))

struct plain {
    u64 a, b;
};
struct slot {
    struct plain KPTR *kept;
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct slot);
} slots SEC(".maps");

SEC("tc") int exchange(struct __sk_buff *skb) {
    u32 k = 0;
    struct slot *s = bpf_map_lookup_elem(&slots, &k);
    struct plain *fresh = obj_new(struct plain), *old;
    if (!fresh)
        return TC_ACT_SHOT;
    if (!s) {
        bpf_obj_drop_impl(fresh, NULL);
        return TC_ACT_SHOT;
    }
    fresh->a = nout; /* what stands in fresh memory is not defined */
    old = bpf_kptr_xchg(&s->kept, fresh);
    OUT(old != NULL);
    if (old) {
        OUT(old->a);
        bpf_obj_drop_impl(old, NULL);
    }
    bpf_rcu_read_lock();
    OUT(s->kept != NULL);
    bpf_rcu_read_unlock();
    return TC_ACT_OK;
}
CASE(object_kptr: kernel 6.7; run exchange udp4 x3; ignore slots)
