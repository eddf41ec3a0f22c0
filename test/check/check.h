/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check.h - what the programs in C of test/check need beyond examples/bpf/bpf.h: kernel functions, objects, maps.
 * Facts of the Linux UAPI and of the kernel's BTF. */
#ifndef CHECK_H
#define CHECK_H
#include "bpf.h"

#define KSYM            extern __attribute__((section(".ksyms")))
#define GLOBAL          __attribute__((noinline, weak))
#define CONTAINS(t, f)  __attribute__((btf_decl_tag("contains:" #t ":" #f)))
#define KPTR            __attribute__((btf_type_tag("kptr")))
#define KEEP(x)         asm volatile("" : "+r"(x)) /* the compiler forgets what it knew of x */
#define member_of(p, type, field) ((type *)((char *)(p) - __builtin_offsetof(type, field)))
#define XDP_DATA(ctx)   ((u8 *)(long)(ctx)->data)
#define XDP_END(ctx)    ((u8 *)(long)(ctx)->data_end)

struct bpf_spin_lock { u32 val; };
struct bpf_timer { u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_dynptr { u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_iter_num { u64 opaque[1]; } __attribute__((aligned(8)));
struct bpf_iter_bits { u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_list_head { u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_list_node { u64 opaque[3]; } __attribute__((aligned(8)));
struct bpf_rb_root { u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_rb_node { u64 opaque[4]; } __attribute__((aligned(8)));
struct bpf_refcount { u32 opaque[1]; } __attribute__((aligned(4)));

static long (*const bpf_skb_load_bytes)(const void *skb, u32 off, void *to, u32 len) = (void *)26;
static u32 (*const bpf_get_prandom_u32)(void) = (void *)7;
static long (*const bpf_xdp_adjust_head)(void *ctx, int delta) = (void *)44;
static long (*const bpf_spin_lock)(struct bpf_spin_lock *lock) = (void *)93;
static long (*const bpf_spin_unlock)(struct bpf_spin_lock *lock) = (void *)94;
static long (*const bpf_probe_read_kernel)(void *dst, u32 size, const void *src) = (void *)113;
static long (*const bpf_for_each_map_elem)(void *map, void *fn, void *ctx, u64 flags) = (void *)164;
static long (*const bpf_snprintf)(char *str, u32 size, const char *fmt, u64 *data, u32 data_len) = (void *)165;
static long (*const bpf_timer_init)(struct bpf_timer *t, void *map, u64 flags) = (void *)169;
static long (*const bpf_timer_set_callback)(struct bpf_timer *t, void *fn) = (void *)170;
static long (*const bpf_timer_start)(struct bpf_timer *t, u64 ns, u64 flags) = (void *)171;
static long (*const bpf_loop)(u32 n, void *fn, void *ctx, u64 flags) = (void *)181;
static long (*const bpf_strncmp)(const char *s1, u32 size, const char *s2) = (void *)182;
static void *(*const bpf_kptr_xchg)(void *dst, void *ptr) = (void *)194;
static long (*const bpf_dynptr_from_mem)(void *data, u32 size, u64 flags, struct bpf_dynptr *p) = (void *)197;
static long (*const bpf_ringbuf_reserve_dynptr)(void *rb, u32 size, u64 flags, struct bpf_dynptr *p) = (void *)198;
static void (*const bpf_ringbuf_submit_dynptr)(struct bpf_dynptr *p, u64 flags) = (void *)199;
static void (*const bpf_ringbuf_discard_dynptr)(struct bpf_dynptr *p, u64 flags) = (void *)200;
static long (*const bpf_dynptr_read)(void *dst, u32 len, const struct bpf_dynptr *src, u32 off, u64 flags) = (void *)201;
static long (*const bpf_dynptr_write)(const struct bpf_dynptr *dst, u32 off, void *src, u32 len, u64 flags) = (void *)202;
static void *(*const bpf_dynptr_data)(const struct bpf_dynptr *p, u32 off, u32 len) = (void *)203;
static long (*const bpf_user_ringbuf_drain)(void *map, void *fn, void *ctx, u64 flags) = (void *)209;

KSYM void bpf_rcu_read_lock(void);
KSYM void bpf_rcu_read_unlock(void);
KSYM void bpf_preempt_disable(void);
KSYM void bpf_preempt_enable(void);
KSYM void bpf_local_irq_save(unsigned long *flags);
KSYM void bpf_local_irq_restore(unsigned long *flags);
KSYM int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end);
KSYM int *bpf_iter_num_next(struct bpf_iter_num *it);
KSYM void bpf_iter_num_destroy(struct bpf_iter_num *it);
KSYM int bpf_iter_bits_new(struct bpf_iter_bits *it, const u64 *words, u32 n);
KSYM int *bpf_iter_bits_next(struct bpf_iter_bits *it);
KSYM void bpf_iter_bits_destroy(struct bpf_iter_bits *it);
KSYM int bpf_dynptr_from_xdp(struct xdp_md *xdp, u64 flags, struct bpf_dynptr *p);
KSYM void *bpf_dynptr_slice(const struct bpf_dynptr *p, u32 off, void *buf, u32 len);
KSYM void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *p, u32 off, void *buf, u32 len);
KSYM u32 bpf_dynptr_size(const struct bpf_dynptr *p);
KSYM void *bpf_obj_new_impl(u64 type, void *meta);
KSYM void bpf_obj_drop_impl(void *p, void *meta);
KSYM void *bpf_refcount_acquire_impl(void *p, void *meta);
KSYM int bpf_list_push_front_impl(struct bpf_list_head *h, struct bpf_list_node *n, void *meta, u64 off);
KSYM struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *h);
KSYM int bpf_rbtree_add_impl(struct bpf_rb_root *r, struct bpf_rb_node *n,
                             _Bool(less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, u64 off);
KSYM struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *r);
KSYM struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *r, struct bpf_rb_node *n);
#define obj_new(type) ((type *)bpf_obj_new_impl(__builtin_btf_type_id(*(type *)0, 0), NULL))

/* Maps that most programs need; each that a program does not name is not even loaded for it. */
typedef u64 eight[8];
struct guarded { u64 count; struct bpf_spin_lock lock; u32 last; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, u32); __type(value, struct guarded); } guarded SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, u32); __type(value, eight); } values SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, u32); __type(value, eight); } hash SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");

static ALWAYS_INLINE void *first_of(void *map) {
    u32 key = 0;
    return bpf_map_lookup_elem(map, &key);
}
char LICENSE[] SEC("license") = "GPL";
#endif
