/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* instance.c - an input in, one run, a result out.
 *
 * run() is the warm path: where the host gives what it gave before, or another packet, only what is new is put in, and
 * nothing is allocated. Texts are made only when a run trapped. */
#include "api/api.h"
#include "rt/again.h"
#include "rt/stats.h"
#include <stdlib.h>
#include <string.h>

struct svm_instance *svm_instance_new(struct svm_program *p, struct svm_error *err) {
    struct error e = {0};
    struct svm_instance *in = NULL;
    if (!p)
        fail(&e, E_USAGE, NOWHERE, "svm_instance_new: no program");
    else if (module_is_typed(p->p.m))
        in = typed_instance_new(p, NULL, &e);
    else if (!(in = calloc(1, sizeof *in)) || instance_init(&in->in, &p->p, &api_services)) {
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
        free(in);
        in = NULL;
    } else {
        in->p = p;
        program_ref(&p->p);
    }
    give_error(err, &e);
    return in;
}

void svm_instance_free(struct svm_instance *in) {
    if (!in)
        return;
    if (in->in.typed) {
        typed_instance_free(in);
        return;
    }
    instance_drop(&in->in);
    program_unref(&in->p->p);
    free(in);
}

void svm_instance_interrupt(struct svm_instance *in) {
    atomic_store(&in->in.interrupt, true);
    if (in->in.typed)
        wake_all(in->in.p->r);
}

/* What an XDP program and its helpers can see or change; __sk_buff has more. */
static void frame_in(struct pkt *k, const struct svm_packet *p) {
    k->data = p->data;
    k->end = p->data + p->len;
    k->meta = p->data - p->meta_len;
    k->head = p->data - p->headroom;
    k->tail = k->end + p->tailroom;
    k->len = k->wire_len = p->len;
    k->ifindex = k->ingress_ifindex = p->ifindex;
    k->rx_queue = p->rx_queue;
    k->egress_ifindex = p->egress_ifindex;
}

#define SAME(field) _Static_assert(offsetof(struct svm_tunnel, field) == offsetof(struct tunnel, field), "one layout")
SAME(present);
SAME(id);
SAME(dst);
SAME(opt);
SAME(by_program);
_Static_assert(sizeof(struct svm_tunnel) == sizeof(struct tunnel), "one layout");

static void skb_in(struct svm_instance *in, const struct svm_packet *p) {
    struct pkt *k = &in->pkt;
    memset(k, 0, sizeof *k);
    frame_in(k, p);
    in->tunnel.present = false;
    k->tunnel = p->tunnel ? (struct tunnel *)p->tunnel : &in->tunnel;
    k->tunnel->by_program = false;
    k->mark = p->mark;
    k->priority = p->priority;
    k->protocol = p->protocol;
    k->hash = p->hash;
    k->vlan_tci = p->vlan_tci;
    k->vlan_present = p->vlan_tci != 0;
    k->tc_classid = p->tc_classid;
    k->tstamp = p->tstamp;
    k->tstamp_type = p->tstamp_type;
    memcpy(k->cb, p->cb, sizeof k->cb);
}

static void frame_out(struct svm_packet *p, const struct pkt *k) {
    p->data = k->data;
    p->len = (u32)(k->end - k->data);
    p->headroom = (u32)(k->data - k->head);
    p->tailroom = (u32)(k->tail - k->end);
    p->meta_len = (u32)(k->data - k->meta);
    p->redirect_ifindex = k->redirected ? k->redirect_ifindex : 0;
}

static void skb_out(struct svm_packet *p, const struct pkt *k) {
    frame_out(p, k);
    p->mark = k->mark;
    p->priority = k->priority;
    p->protocol = k->protocol;
    p->hash = k->hash;
    p->vlan_tci = k->vlan_tci;
    p->tc_classid = k->tc_classid;
    p->tstamp = k->tstamp;
    p->tstamp_type = k->tstamp_type;
    memcpy(p->cb, k->cb, sizeof p->cb);
}

void packet_out(struct svm_packet *p, const struct pkt *k, u32 kind) {
    if (kind == PROG_XDP)
        frame_out(p, k);
    else
        skb_out(p, k);
}

/* A run that native code refused: that is for one type of context. */
static void explain_context(const struct svm_instance *in, struct error *e) {
    const struct ctx *cx = &in->in.cx;
    const struct program *p = cx->program ? cx->program : &in->p->p;
    const struct ctxtype *t = p->assumed && !p->engine->compile ? p->assumed[in->in.main_func] : NULL;
    if (t && t != cx->type)
        wrap(e, "native code for context %s, and the run has %s", t->name, cx->type->name);
}

/* Where and why the last run stopped, for a host that asked. */
static int explain(struct svm_instance *in, u32 trap, bool regs, struct svm_result *r, struct svm_error *err) {
    const struct ctx *cx = &in->in.cx;
    const struct module *m = cx->program ? cx->program->m : in->in.p->m; /* a tail call may have left ours */
    const struct func *f = cx->trap_func < m->nfunc ? &m->func[cx->trap_func] : NULL;
    const struct line *l = f ? func_line(f, cx->trap_pc) : NULL;
    if (r) {
        r->trap = trap;
        r->limit = trap_is_limit(trap);
        r->trap_text = trap_name(trap);
        r->func = f ? f->name : NULL;
        r->pc = cx->trap_pc;
        r->file = l ? l->file : NULL;
        r->line = l ? l->line : 0;
        if (regs)
            memcpy(r->regs, cx->trap_regs, sizeof r->regs);
    }
    if (err) {
        struct error e = {0};
        struct buf place = {0};
        fail(&e, E_TRAP, NOWHERE, "%s", trap_name(trap));
        if (trap == TRAP_BAD_RESULT)
            wrap(&e, "%d is not in %d..%d of context %s", (s32)cx->ret, cx->type->least, cx->type->most,
                 cx->type->name);
        if (trap == TRAP_BAD_CONTEXT && !f)
            explain_context(in, &e);
        if (f) {
            print_place(&place, f, cx->trap_pc);
            wrap(&e, "%s", buf_str(&place));
        }
        buf_free(&place);
        give_error(err, &e);
    }
    return E_TRAP;
}

static int refuse(struct svm_error *err, int code, const char *text) {
    struct error e = {0};
    fail(&e, code, NOWHERE, "%s", text);
    return give_error(err, &e);
}

static int refuse_struct(const struct ctxtype *t, const struct svm_input *i, struct svm_error *err) {
    struct error e = {0};
    if (!i->mem || i->mem_len < t->host_size)
        fail(&e, E_USAGE, NOWHERE, "svm_input.mem: context %s needs the host's struct, %u bytes", t->name,
             t->host_size);
    else
        fail(&e, E_USAGE, NOWHERE, "svm_input.mem: a buffer of context %s ends before it starts", t->name);
    return give_error(err, &e);
}

static const struct svm_input no_input = {.kind = SVM_KIND_RAW};

/* What the run is about, and whether the host gave it; 0, or the refusal. */
static int choose_type(const struct svm_entry *e, const struct svm_input *i, const struct ctxtype **type,
                       struct svm_error *err) {
    const struct ctxtype *t = e->type;
    if (i->kind != SVM_KIND_OTHER) {
        if (unlikely((u32)i->kind >= PROG_KINDS))
            return refuse(err, E_USAGE, "svm_input.kind is none of enum svm_kind");
        if (i->kind != SVM_KIND_CONTEXT)
            t = &ctxtypes[i->kind];
        else if (unlikely(t->form != CTX_STRUCT))
            return refuse(err, E_USAGE, "svm_input.kind is CONTEXT, and the program has none that the host described");
    }
    *type = t;
    switch ((enum ctx_form)t->form) {
    case CTX_MEMORY:
    case CTX_BYTES: return 0;
    case CTX_STRUCT: return likely(context_fits(t, i->mem, i->mem_len)) ? 0 : refuse_struct(t, i, err);
    case CTX_PACKET: break;
    }
    if (unlikely(!i->packet || !i->packet->data))
        return refuse(err, E_USAGE, "svm_input.packet: a run over a packet needs one");
    if (unlikely(i->packet->meta_len > i->packet->headroom))
        return refuse(err, E_USAGE, "svm_packet.meta_len is more than headroom");
    return 0;
}

/* The packet is where the one before was left, as long, and all else that XDP has of it; one branch, not nine. */
static inline bool same_frame(const struct pkt *k, const struct svm_packet *p) {
    u64 data = num(p->data), end = data + p->len;
    return !((num(k->data) ^ data) | (num(k->end) ^ end) | (num(k->meta) ^ (data - p->meta_len)) |
             (num(k->head) ^ (data - p->headroom)) | (num(k->tail) ^ (end + p->tailroom)) | (k->ifindex ^ p->ifindex) |
             (k->rx_queue ^ p->rx_queue) | (k->egress_ifindex ^ p->egress_ifindex));
}

/* Another packet, or one that was changed, comes in for one more run like the last; false: it is none that can be. */
static __attribute__((noinline)) bool packet_again(struct svm_instance *in, const struct svm_packet *p) {
    bool xdp = in->in.cx.type->kind == PROG_XDP;
    if (unlikely(!p->data || p->meta_len > p->headroom))
        return false;
    if (xdp)
        frame_in(&in->pkt, p);
    else
        skb_in(in, p);
    packet_rows(&in->in.cx);
    in->pkt.changed = !xdp;
    return true;
}

/* The same frame has nothing to be put in. What skb programs have besides is put in each time, as if it was changed. */
static inline bool packet_takes(struct svm_instance *in, struct svm_packet *p) {
    if (unlikely(!p))
        return false;
    in->packet = p;
    return likely(!in->pkt.changed && same_frame(&in->pkt, p)) || packet_again(in, p);
}

/* What the program did with the packet. */
static __attribute__((noinline)) void packet_back(struct svm_instance *in, u32 kind) {
    packet_out(in->packet, &in->pkt, kind);
    in->pkt.redirected = false;
    in->pkt.changed = kind != PROG_XDP;
}

static inline void packet_done(struct svm_instance *in) {
    if (unlikely(in->pkt.changed | in->pkt.redirected))
        packet_back(in, in->in.cx.type->kind);
    else
        in->packet->redirect_ifindex = 0;
}

/* But for the packet, or the memory that its run has not; one branch, not seven. */
static inline bool same_input(const struct svm_input *i, const struct svm_input *l, bool packet) {
    u64 memory = packet ? 0 : (num(i->mem) ^ num(l->mem)) | (i->mem_len ^ l->mem_len);
    return !((u64)(i->kind ^ l->kind) | memory | (i->budget ^ l->budget) | (i->cookie ^ l->cookie) |
             (i->func_ip ^ l->func_ip) | ((u64)i->retval ^ (u64)l->retval));
}

/* What stands as the run before left it; one more of the same entry may need no more than a packet. */
static inline bool ready(const struct svm_instance *in, const struct svm_entry *e) {
    return in->in.state == RUN_AGAIN && in->entry == e &&
           likely(!atomic_load_explicit(&in->in.interrupt, memory_order_relaxed));
}

static inline void put_result(const struct svm_instance *in, u64 insns, struct svm_result *r) {
    memset(r, 0, offsetof(struct svm_result, regs));
    r->ret = in->in.cx.ret;
    r->insns = insns;
    r->retval = in->in.retval;
    r->retval_set = in->in.retval_set;
}

__attribute__((noinline)) static int run_anew(struct svm_instance *in, const struct svm_entry *e,
                                              const struct svm_input *i, struct svm_result *r, struct svm_error *err) {
    struct svm_packet *p = NULL;
    const struct ctxtype *t = NULL;
    struct run_input ri;
    u64 insns = 0;
    u32 trap;
    int rc;
    if (!i)
        i = &no_input;
    if (unlikely(!e || e->p != in->p))
        return refuse(err, E_USAGE, "svm_run_entry: not an entry of the instance's program");
    if (unlikely(in->in.state == RUN_ON))
        return refuse(err, E_BUSY, "the instance runs already: it was started from a function that it called");
    if ((rc = choose_type(e, i, &t, err)))
        return rc;
    ri = (struct run_input){.type = t,
                            .mem = i->mem,
                            .mem_len = i->mem_len,
                            .budget = i->budget,
                            .cookie = i->cookie,
                            .func_ip = i->func_ip,
                            .retval = i->retval,
                            .again = true};
    if (t->form == CTX_PACKET) {
        p = i->packet;
        if (t->kind == PROG_XDP)
            frame_in(&in->pkt, p);
        else
            skb_in(in, p);
        ri.pkt = &in->pkt;
    }
    in->entry = e;
    in->input = *i;
    in->bare = i == &no_input;
    in->packet = p;
    in->mem = i->mem;
    if (likely(!in->in.stats))
        trap = instance_run(&in->in, e->prog->func, &ri, &insns);
    else
        trap = stats_run(&in->in, e->prog->func, &ri, &insns);
    if (p)
        packet_back(in, t->kind); /* the context may have none: the run was interrupted before it began */
    if (r)
        put_result(in, insns, r);
    return likely(!trap) ? 0 : explain(in, trap, i->want_regs, r, err);
}

/* The host asks for the run before once more: nothing is to be set up but another packet. What memory holds may be new.
 * Three forms, each without a branch that is taken: one costs as much as ten instructions that are not. */
enum form { BARE, MEMORY, PACKET };
static inline __attribute__((always_inline)) int repeat(struct svm_instance *in, const struct svm_entry *e,
                                                        const struct svm_input *i, struct svm_result *r,
                                                        struct svm_error *err, enum form form) {
    if (unlikely(!ready(in, e) || !(form == BARE ? in->bare : same_input(i, &in->input, form == PACKET)) ||
                 (form == PACKET && !packet_takes(in, i->packet))))
        return run_anew(in, e, i, r, err);
    instance_run_again(&in->in);
    if (form == PACKET)
        packet_done(in);
    if (form == BARE ? unlikely(r != NULL) : likely(r != NULL))
        put_result(in, instance_insns(&in->in), r);
    return likely(!in->in.cx.trap) ? 0 : explain(in, in->in.cx.trap, i && i->want_regs, r, err);
}

static __attribute__((noinline)) int run_bare(struct svm_instance *in, const struct svm_entry *e,
                                              const struct svm_input *none, struct svm_result *r,
                                              struct svm_error *err) {
    return repeat(in, e, none, r, err, BARE);
}

static __attribute__((noinline)) int run_over_memory(struct svm_instance *in, const struct svm_entry *e,
                                                     const struct svm_input *i, struct svm_result *r,
                                                     struct svm_error *err) {
    return repeat(in, e, i, r, err, MEMORY);
}

static __attribute__((noinline)) int run_over_packet(struct svm_instance *in, const struct svm_entry *e,
                                                     const struct svm_input *i, struct svm_result *r,
                                                     struct svm_error *err) {
    return repeat(in, e, i, r, err, PACKET);
}

static inline int run(struct svm_instance *in, const struct svm_entry *e, const struct svm_input *i,
                      struct svm_result *r, struct svm_error *err) {
    if (!i)
        return run_bare(in, e, NULL, r, err);
    return likely(in->in.cx.pkt != NULL) ? run_over_packet(in, e, i, r, err) : run_over_memory(in, e, i, r, err);
}

int svm_run_entry(struct svm_instance *in, const struct svm_entry *e, const struct svm_input *i, struct svm_result *r,
                  struct svm_error *err) {
    return run(in, e, i, r, err);
}

/* A host that runs by name mostly asks for the same name again. */
static inline bool is_last(const struct svm_instance *in, const char *prog) {
    return in->last && (prog ? !strcmp(prog, in->last->prog->name) : in->in.p->m->nprog == 1);
}

static __attribute__((noinline)) const struct svm_entry *entry_named(struct svm_instance *in, const char *prog,
                                                                     struct svm_error *err) {
    const struct module *m = in->in.p->m;
    struct error e = {0};
    in->last = svm_program_entry(in->p, prog);
    if (in->last)
        return in->last;
    if (prog)
        fail(&e, E_NOENT, NOWHERE, "no program %s", prog);
    else
        fail(&e, E_USAGE, NOWHERE, "%u programs: which one is to run?", m->nprog);
    give_error(err, &e);
    return NULL;
}

int svm_run(struct svm_instance *in, const char *prog, const struct svm_input *i, struct svm_result *r,
            struct svm_error *err) {
    if (unlikely(!is_last(in, prog)) && !entry_named(in, prog, err))
        return prog ? E_NOENT : E_USAGE;
    return run(in, in->last, i, r, err);
}

int64_t svm_run_batch(struct svm_instance *in, const char *prog, enum svm_kind kind, struct svm_packet *packet,
                      size_t n, uint32_t *verdict, struct svm_error *err) {
    const struct svm_entry *e = is_last(in, prog) ? in->last : entry_named(in, prog, err);
    struct svm_input i = {.kind = kind};
    struct svm_result r;
    s64 traps = 0;
    size_t k;
    int rc;
    if (!e)
        return prog ? E_NOENT : E_USAGE;
    if (kind == SVM_KIND_OTHER && e->type->form != CTX_PACKET)
        return refuse(err, E_USAGE, "svm_run_batch: the program does not take packets; name a packet kind");
    for (k = 0; k < n; k++) {
        i.packet = &packet[k];
        rc = run(in, e, &i, &r, traps ? NULL : err);
        if (rc && rc != E_TRAP)
            return rc;
        packet[k].trap = rc ? r.trap : 0;
        verdict[k] = rc ? UINT32_MAX : (u32)r.ret;
        traps += rc != 0;
    }
    return traps;
}
