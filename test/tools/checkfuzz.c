/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* checkfuzz.c - random programs through the checker, the running kernel's verifier, and runs with every check.
 * in:  supervm-checkfuzz [--engine E] [--seed N] [--first N] [--count N] [--as-is] [--no-kernel] [--runs N] [--steps N]
 *                        [--sample K] [--write DIR] [--show N] [--differs FILE] FILE.t|FILE.o|DIR...
 * out: how often who accepts; where they differ, by reason; what is a mistake of ours; 'N passed, N failed'
 *
 * Program N is made by its number and the seed: by the generator, as it stands or changed a little, or it is one of the
 * given programs, changed. Of each:
 *   - The kernel accepts and we reject: our imprecision, counted by our reason.
 *   - We accept and the kernel rejects: counted by the kernel's words. FILE (test/checkfuzz.differs) says which of them
 * are right and why; others are failures.
 *   - It is run over random inputs with every check done. No check fires in a program that was accepted; in others none
 * fires where the checker says that it cannot (ir/facts.h), and nothing runs that it calls dead. An accepted program
 * takes no more instructions than the checker says.
 *   - It is run again with what is proven in place of checks, in engine E (kit_saved.h) where one is named, and does
 * what it did with every check in the fastest.
 * --as-is takes each of the given programs once, unchanged. --sample K prints K programs of each kind of difference,
 * --show prints program N and what everybody says. */
#define _GNU_SOURCE
#include "api/api.h"
#include "check/check.h"
#include "front/front.h"
#include "kit.h"
#include "kit_ebpfgen.h"
#include "kit_kernel.h"
#include "kit_load.h"
#include "kit_packets.h"
#include "kit_saved.h"
#include "kit_sources.h"
#include "kit_verdict.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { KINDS = 200, WORDS = 200, LINE = 700, ROOM = PACKET_MAX + 1024, BUDGET = 4000000, MAX_RUNS = 64 };

/* How often something was said. */
struct tally {
    char words[WORDS];
    u64 n, shown;
};
struct fuzz {
    struct svm *vm;
    u64 seed, first, count, show;
    bool kernel, show_one, as_is;
    u32 runs, sample;
    u64 steps;
    const char *write, *differs;
    const char *engine, *again; /* of --engine, and what it is called where programs are linked; or NULL */
    u8 *room; /* of all packets: far from all else, so that where it lies says nothing, and nothing lies beside it */
    struct sources sources;
    struct kernel_maps
        generated[PROG_KINDS]; /* the maps of generated programs, in the kernel: a prog array is of one kind */
    struct counts counts;
    u64 total, refused, both_accept, both_reject, only_kernel, only_ours, ran, proven, insns, trapped, longest_ns;
    u64 longest;
    struct tally ours[KINDS], theirs[KINDS], explained[KINDS], reasons[KINDS], load[KINDS];
};

struct one {
    struct fuzz *z;
    u64 number, seed;
    struct ebpf_code code;
    const struct source *source; /* NULL: generated */
    struct svm_module *m;
    struct svm_program *p;
    struct check_result r;
    bool checked, accepted;
    char said[LINE]; /* why we reject */
    struct kernel_verdict k;
};

static struct tally *tally(struct tally *t, const char *words) {
    size_t i = 0;
    while (i + 1 < KINDS && t[i].n && strcmp(t[i].words, words))
        i++;
    snprintf(t[i].words, WORDS, "%s", words);
    t[i].n++;
    return &t[i];
}

/* Numbers and registers of a message become N, so that like ones are counted together. */
static void plain(char *out, size_t size, const char *said) {
    size_t n = 0;
    for (; *said && n + 1 < size; said++) {
        bool digit = *said >= '0' && *said <= '9';
        if (digit && n && out[n - 1] == 'N')
            continue;
        out[n++] = digit ? 'N' : *said;
    }
    out[n] = 0;
}

/* ---- making ---- */

static void make_code(struct one *o) {
    struct fuzz *z = o->z;
    o->seed = (z->seed + 1) * 0x9e3779b97f4a7c15u + o->number;
    u32 way = packet_random(&o->seed, 4), n = z->sources.n;
    if (n && z->as_is) {
        o->source = &z->sources.s[o->number % n];
        o->code = *o->source->code;
        return;
    }
    if (n && way > 1) {
        o->source = &z->sources.s[packet_random(&o->seed, n)];
        o->code = *o->source->code;
    } else {
        ebpf_generate(o->seed + o->number, &o->code);
    }
    if (way)
        ebpf_mutate(&o->seed, &o->code);
}

/* A module of the code, with its maps. NULL: it is not even code. */
static struct svm_module *module_of(struct one *o, struct error *e) {
    struct svm_module *m = calloc(1, sizeof *m);
    struct load_options lo = {.limits = limits_or_default(NULL)};
    u32 nmap = o->source ? o->source->nmap : EBPF_MAPS;
    const struct map_def *from = o->source ? o->source->map : ebpf_maps;
    if (!m || front_named("raw")->load(&m->m, (const u8 *)o->code.slot, o->code.n * 8, &lo, e))
        goto bad;
    m->m.nmap = nmap;
    m->m.map = arena_new(&m->m.arena, struct map_def, nmap + 1);
    if (!m->m.map)
        goto bad;
    if (nmap)
        memcpy(m->m.map, from, nmap * sizeof *from);
    set_kind(m, o->code.kind);
    if (validate(&m->m, &lo.limits, e))
        goto bad;
    m->vm = o->z->vm;
    vm_ref(m->vm);
    atomic_init(&m->refs, 1);
    return m;
bad:
    if (m)
        module_free(&m->m);
    free(m);
    return NULL;
}

static void check_ours(struct one *o) {
    struct check_options c = {.max_steps = o->z->steps};
    struct svm_link_options lo = SVM_LINK_INIT;
    struct svm_error err = {0};
    struct error e = {0};
    struct buf b = {0};

    lo.verify = SVM_VERIFY_NONE;
    if (!(o->m = module_of(o, &e))) {
        snprintf(o->said, sizeof o->said, "load: %.300s", e.text);
    } else if (!(o->p = svm_program_link(o->m, &lo, &err))) {
        snprintf(o->said, sizeof o->said, "link: %.300s", err.text);
    } else if (check_program(&o->p->p.view, 0, &c, &o->r, &e)) {
        snprintf(o->said, sizeof o->said, "error: %.300s", e.text);
        check(&o->z->counts, false, "program %llu: %s", (unsigned long long)o->number, e.text);
    } else {
        o->checked = true;
        o->accepted = o->r.verdict == CHECK_ACCEPTED;
        if (!o->accepted)
            snprintf(o->said, sizeof o->said, "%s", check_reason_name(o->r.fail.reason));
        if (o->r.time_ns > o->z->longest_ns) {
            o->z->longest_ns = o->r.time_ns;
            o->z->longest = o->number;
        }
    }
    buf_free(&b);
}

/* ---- showing ---- */

static void print_one(const struct one *o, const char *title) {
    printf("---- program %llu (%s, %s): %s\n", (unsigned long long)o->number, ctxtypes[o->code.kind].name,
           o->source ? o->source->name : "generated", title);
    if (o->m)
        svm_module_disasm(o->m, NULL, 0, stdout);
    printf("ours: %s%s", o->accepted ? "accepts" : "rejects: ", o->said);
    if (o->checked && !o->accepted)
        printf(" at %u:%u r%d off %lld size %llu", o->r.fail.func, o->r.fail.pc, o->r.fail.reg,
               (long long)o->r.fail.off, (unsigned long long)o->r.fail.size);
    printf("\nkernel: %s %s\n", o->k.accepted ? "accepts" : "rejects", o->k.said);
}

/* The program as a file for test/check. */
static void write_one(const struct one *o, const char *what) {
    char path[LINE];
    FILE *f;
    if (!o->z->write)
        return;
    snprintf(path, sizeof path, "%s/%s-%llu.t", o->z->write, what, (unsigned long long)o->number);
    if (!(f = fopen(path, "w")))
        return;
    fprintf(f, "# program %llu of seed %llu: %s\n-- raw\n", (unsigned long long)o->number,
            (unsigned long long)o->z->seed, what);
    for (u32 i = 0; i < o->code.n; i++)
        fprintf(f, "0x%016llx\n", (unsigned long long)o->code.slot[i]);
    fprintf(f, "-- ctx %s\n-- maps\n", ctxtypes[o->code.kind].name);
    for (u32 i = 0; i < (o->source ? o->source->nmap : EBPF_MAPS); i++) {
        const struct map_def *d = &(o->source ? o->source->map : ebpf_maps)[i];
        fprintf(f, "map m%u %s %u %u %u %x\n", i, map_type_name(d->type), d->key_size, d->value_size, d->max_entries,
                d->flags);
    }
    fprintf(f, "-- %s\n", o->accepted ? "accepted" : "rejected");
    fclose(f);
}

static void mistake(struct one *o, const char *what) {
    struct fuzz *z = o->z;
    bool first = z->counts.failed < 10;
    check(&z->counts, false, "program %llu of seed %llu: %s", (unsigned long long)o->number,
          (unsigned long long)z->seed, what);
    if (first)
        print_one(o, what);
    write_one(o, "mistake");
}

/* ---- the kernel ---- */

/* What FILE says of a difference in these words: the reason behind " : ", or NULL. */
static const char *explained(const struct fuzz *z, const char *said, char out[WORDS]) {
    for (const char *p = z->differs; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
        char line[LINE], *colon;
        snprintf(line, sizeof line, "%.*s", (int)strcspn(p, "\n"), p);
        colon = strstr(line, " : ");
        if (line[0] == '#' || !colon)
            continue;
        *colon = 0;
        if (strstr(said, line)) {
            snprintf(out, WORDS, "%s", colon + 3);
            return out;
        }
    }
    return NULL;
}

static const struct fact *fact_at(const struct one *o, u32 func, u32 pc) {
    return o->r.facts && func < o->r.nfacts && o->r.facts[func].of ? &o->r.facts[func].of[pc] : NULL;
}

/* What the kernel objects to is never reached: we know more of the branches before. */
static bool not_reached(const struct one *o) {
    const struct func *f =
        o->k.slot == NO_INDEX || o->k.slot >= o->m->m.nslot ? NULL : module_func_at(&o->m->m, o->k.slot);
    const struct fact *x = f ? fact_at(o, (u32)(f - o->m->m.func), o->k.slot - f->base) : NULL;
    return f && (!x || !(x->bits & FACT_SEEN) || x->bits & FACT_DEAD);
}

static void hold_kernel(struct one *o) {
    struct fuzz *z = o->z;
    const struct kernel_maps *maps = o->source ? &o->source->kernel : &z->generated[o->code.kind];
    char words[WORDS], why[WORDS];
    struct tally *t;

    if (!o->m || (o->source && !o->source->in_kernel)) /* what no decoder takes is not worth the kernel's time */
        return;
    kernel_verify(maps, &o->m->m, o->code.kind, true, &o->k);
    if (o->k.accepted == o->accepted) {
        *(o->accepted ? &z->both_accept : &z->both_reject) += 1;
        return;
    }
    if (o->k.accepted) {
        z->only_kernel++;
        t = tally(z->ours, o->said);
    } else {
        z->only_ours++;
        kernel_verify(maps, &o->m->m, o->code.kind, false, &o->k);
        plain(words, sizeof words, o->k.said);
        if (not_reached(o)) {
            t = tally(z->explained, "it objects to code that is never reached");
        } else if (explained(z, o->k.said, why)) {
            t = tally(z->explained, why);
        } else {
            t = tally(z->theirs, words);
            if (z->differs)
                check(&z->counts, false, "program %llu of seed %llu: we accept, and the kernel says: %s",
                      (unsigned long long)o->number, (unsigned long long)z->seed, o->k.said);
        }
    }
    if (t->shown++ < z->sample) {
        print_one(o, t->words);
        write_one(o, o->accepted ? "only-ours" : "only-kernel");
    }
}

/* ---- runs ---- */

static void random_bytes(u64 *seed, u8 *p, size_t n) {
    u32 way = packet_random(seed, 3);
    for (size_t i = 0; i < n; i++)
        p[i] = way == 0 ? 0xff : way == 1 && packet_random(seed, 4) ? 0 : (u8)packet_random(seed, 256);
}

static void fill_maps(struct one *o) {
    u8 key[512], value[1024];
    for (u32 i = 0; i < o->m->m.nmap; i++) {
        const struct map_def *d = &o->m->m.map[i];
        struct svm_map *map = svm_program_map(o->p, d->name);
        size_t bytes = map ? svm_map_value_bytes(map) : 0;
        if (d->flavour || !map || bytes > sizeof value || d->key_size > sizeof key || d->type > 11 || d->type == 3)
            continue;
        for (u32 k = 0; k < 4; k++) {
            random_bytes(&o->seed, key, d->key_size);
            memcpy(key, &k, d->key_size < 4 ? d->key_size : 4);
            random_bytes(&o->seed, value, bytes);
            svm_map_update(map, key, value, 0);
        }
    }
}

static int run_once(struct one *o, struct svm_instance *in, u8 *room, struct svm_result *res, struct svm_error *err) {
    const struct ctxtype *c = &ctxtypes[o->code.kind];
    struct svm_packet p = {.data = room + 256, .headroom = 256, .tailroom = 320, .ifindex = 1};
    struct svm_input i = {.kind = (enum svm_kind)o->code.kind, .budget = o->accepted ? BUDGET : 20000};
    if (c->form == CTX_PACKET) {
        p.len = packet_random(&o->seed, 4) ? packet_make(&o->seed, room + 256) : packet_random(&o->seed, 40);
        p.rx_queue = packet_random(&o->seed, 2) ? packet_random(&o->seed, 8) : packet_random(&o->seed, 1u << 31);
        p.mark = packet_random(&o->seed, 1u << 31);
        i.packet = &p;
    } else {
        i.mem = room;
        i.mem_len = o->code.kind == PROG_KPROBE ? 168 : o->code.kind == PROG_TRACEPOINT ? 512 : 192;
        random_bytes(&o->seed, room, i.mem_len);
    }
    return svm_run(in, NULL, &i, res, err);
}

/* A trap, or none, against what was proven. */
static void judge(struct one *o, const struct svm_instance *in, int rc, const struct svm_result *res,
                  const struct svm_error *err) {
    char what[LINE];
    const struct ctx *cx = &in->in.cx;
    const struct fact *f = rc == SVM_ETRAP ? fact_at(o, cx->trap_func, cx->trap_pc) : NULL;
    if (rc && rc != SVM_ETRAP)
        snprintf(what, sizeof what, "cannot be run: %.300s", err->text);
    else if (o->accepted && rc && (!res->limit || (o->r.worst && o->r.worst < BUDGET)))
        snprintf(what, sizeof what, "accepted, and it traps: %.300s", err->text);
    else if (o->r.worst && o->r.insns_only && res->insns > o->r.worst)
        snprintf(what, sizeof what, "at most %llu instructions, and it took %llu", (unsigned long long)o->r.worst,
                 (unsigned long long)res->insns);
    else if (f && (f->bits & FACT_DEAD) && !res->limit)
        snprintf(what, sizeof what, "dead, and it traps: %.300s", err->text);
    else if (f && (f->bits & (FACT_SAFE | FACT_CTX)) &&
             (res->trap == TRAP_OUT_OF_BOUNDS || res->trap == TRAP_BAD_CONTEXT))
        snprintf(what, sizeof what, "proven, and it traps: %.300s", err->text);
    else
        return;
    mistake(o, what);
}

/* Does it always do the same, whatever the time, the CPU and chance? */
static bool repeats(const struct module *m) {
    static const u8 same[] = {1, 2, 3, 26, 28, 44, 65, 131, 132, 133, 164, 181, 195};
    for (u32 f = 0; f < m->nfunc; f++)
        for (u32 pc = 0; pc < m->func[f].nslot; pc++) {
            const struct insn *i = &m->func[f].code[pc];
            if (i->op == OP_callx || i->op == OP_may_goto ||
                (i->op == OP_call && (i->imm < 0 || i->imm > 255 || !memchr(same, i->imm, sizeof same))))
                return false;
        }
    return true;
}

/* The program once more, or as code that was compiled before. NULL: it cannot be linked. */
static struct svm_program *link_again(struct one *o, enum svm_verify_mode mode, struct svm_module **ahead) {
    struct svm_link_options lo = SVM_LINK_INIT;
    struct svm_error err = {0};
    struct svm_program *p;
    lo.verify = mode;
    if (mode != SVM_VERIFY_NONE)
        lo.engine = o->z->again;
    if (mode == SVM_VERIFY_NONE || !is_ahead(o->z->engine))
        return svm_program_link(o->m, &lo, &err);
    module_ref(o->m); /* it is given away */
    if (!(*ahead = ahead_module(o->z->vm, o->m, o->z->engine, &lo, &err)) ||
        !(p = svm_program_link(*ahead, &lo, &err))) {
        mistake(o, err.text);
        return NULL;
    }
    return p;
}

/* Does it do the same once more, from maps and packets that are the same? One that is rejected may give an address. */
static bool run_again(struct one *o, enum svm_verify_mode mode, u64 seed, const struct svm_result *want, u32 n) {
    struct svm_program *checked = o->p;
    struct svm_module *ahead = NULL;
    struct svm_error err = {0};
    struct svm_instance *in;
    u8 *room = o->z->room;
    bool same = true;
    o->p = link_again(o, mode, &ahead);
    in = o->p ? svm_instance_new(o->p, &err) : NULL;
    o->seed = seed;
    for (u32 k = 0; in && k < n && same; k++) {
        struct svm_result res = {0};
        if (k)
            fill_maps(o);
        memset(room, 0, ROOM);
        run_once(o, in, room, &res, &err);
        o->z->proven += mode != SVM_VERIFY_NONE;
        same = (!o->accepted || res.ret == want[k].ret) && res.insns == want[k].insns && res.trap == want[k].trap;
    }
    svm_instance_free(in);
    svm_program_free(o->p);
    o->p = checked;
    return same;
}

static void run_ours(struct one *o) {
    struct svm_error err = {0};
    struct svm_instance *in = o->p && o->checked ? svm_instance_new(o->p, &err) : NULL;
    u8 *room = o->z->room;
    struct svm_result before[MAX_RUNS];
    u64 seed = o->seed;
    u32 n = 0;
    for (u32 k = 0; in && k < o->z->runs; k++) {
        struct svm_result res = {0};
        u32 failed = o->z->counts.failed;
        int rc;
        if (k)
            fill_maps(o);
        memset(room, 0, ROOM);
        rc = run_once(o, in, room, &res, &err);
        o->z->ran++;
        o->z->insns += res.insns;
        o->z->trapped += rc != 0;
        judge(o, in, rc, &res, &err);
        if (o->z->counts.failed != failed)
            break;
        before[n++] = res;
    }
    svm_instance_free(in);
    /* one that compares addresses does something else each time, or now and then, whatever is checked */
    bool differs = n && repeats(&o->m->m);
    for (u32 k = 0; k < 3 && differs; k++)
        differs = !run_again(o, SVM_VERIFY_GUARDED, seed, before, n) && run_again(o, SVM_VERIFY_NONE, seed, before, n);
    if (differs)
        mistake(o, "it does something else with what was proven of it");
}

static void drop(struct one *o) {
    svm_program_free(o->p);
    svm_module_free(o->m);
    check_drop(&o->r);
    free(o);
}

static void program(struct fuzz *z, u64 number) {
    struct one *o = calloc(1, sizeof *o);
    if (!o)
        return;
    o->z = z;
    o->number = number;
    make_code(o);
    check_ours(o);
    z->total++;
    z->refused += !o->m;
    if (o->m && !o->accepted)
        tally(z->reasons, strncmp(o->said, "link: ", 6) ? o->said : "link");
    if (!o->m) {
        char words[WORDS];
        plain(words, sizeof words, strrchr(o->said, ':') ? strrchr(o->said, ':') : o->said);
        tally(z->load, words);
    }
    if (z->kernel)
        hold_kernel(o);
    run_ours(o);
    z->counts.passed++;
    if (z->show_one) {
        print_one(o, "");
        write_one(o, "shown");
    }
    drop(o);
}

/* ---- the result ---- */

static int by_count(const void *x, const void *y) {
    const struct tally *a = x, *b = y;
    return a->n < b->n ? 1 : a->n > b->n ? -1 : strcmp(a->words, b->words);
}
static void list(const char *title, struct tally *t) {
    qsort(t, KINDS, sizeof *t, by_count);
    if (t[0].n)
        printf("%s\n", title);
    for (u32 i = 0; i < KINDS && t[i].n; i++)
        printf("  %8llu  %s\n", (unsigned long long)t[i].n, t[i].words);
}

static void result(struct fuzz *z) {
    u64 kernel = z->both_accept + z->only_kernel;
    printf("%llu programs, %llu of them no code; runs: %llu, %llu instructions, %llu traps, %llu once more with what "
           "was proven; longest analysis %.3f ms "
           "(program %llu)\n",
           (unsigned long long)z->total, (unsigned long long)z->refused, (unsigned long long)z->ran,
           (unsigned long long)z->insns, (unsigned long long)z->trapped, (unsigned long long)z->proven,
           (double)z->longest_ns / 1e6, (unsigned long long)z->longest);
    list("we reject:", z->reasons);
    list("no code:", z->load);
    if (!z->kernel)
        return;
    printf("kernel and we accept %llu, reject %llu; the kernel alone accepts %llu (%.2f %% of its), we alone %llu\n",
           (unsigned long long)z->both_accept, (unsigned long long)z->both_reject, (unsigned long long)z->only_kernel,
           kernel ? 100.0 * (double)z->only_kernel / (double)kernel : 0.0, (unsigned long long)z->only_ours);
    list("the kernel accepts, and we say:", z->ours);
    list("we accept, and the kernel differs for a reason that is known:", z->explained);
    list("we accept, and the kernel says:", z->theirs);
}

static int usage(void) {
    fprintf(stderr, "usage: supervm-checkfuzz [--engine E] [--seed N] [--first N] [--count N] [--as-is] [--no-kernel] "
                    "[--runs N]\n"
                    "                         [--steps N] [--sample K] [--write DIR] [--show N] [--differs FILE] "
                    "FILE.t|FILE.o|DIR...\n");
    return 1;
}

static int quiet(void *arg, const char *text, size_t len) {
    return (void)arg, (void)text, (void)len, 0;
}

static u8 *far_room(void) {
    void *far = (void *)(uintptr_t)(1ull << 44), *p;
    p = mmap(far, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

int main(int argc, char **argv) {
    struct fuzz *z = calloc(1, sizeof *z);
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err = {0};
    struct module maps = {.map = (struct map_def *)ebpf_maps, .nmap = EBPF_MAPS};
    struct buf differs = {0};
    char why[200] = "";
    int i, status;

    if (!z || !(z->room = far_room()))
        return 1;
    z->kernel = true;
    z->count = 2000;
    z->runs = 4;
    z->steps = 200000;
    for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
        const char *name = argv[i] + 2, *value = i + 1 < argc ? argv[i + 1] : "";
        u64 n = strtoull(value, NULL, 0);
        if (!strcmp(name, "no-kernel")) {
            z->kernel = false;
            continue;
        }
        if (!strcmp(name, "as-is")) {
            z->as_is = true;
            continue;
        }
        i++;
        if (!strcmp(name, "engine"))
            z->engine = value;
        else if (!strcmp(name, "seed"))
            z->seed = n;
        else if (!strcmp(name, "first"))
            z->first = n;
        else if (!strcmp(name, "count"))
            z->count = n;
        else if (!strcmp(name, "runs"))
            z->runs = n < MAX_RUNS ? (u32)n : MAX_RUNS;
        else if (!strcmp(name, "steps"))
            z->steps = n;
        else if (!strcmp(name, "sample"))
            z->sample = (u32)n;
        else if (!strcmp(name, "write"))
            z->write = value;
        else if (!strcmp(name, "show"))
            z->show_one = true, z->first = n, z->count = 1;
        else if (!strcmp(name, "differs") && !buf_read_file(&differs, value, 1 << 20))
            z->differs = buf_str(&differs);
        else
            return usage();
    }
    engine_config(&c, z->engine);
    z->again = c.engine;
    c.engine = NULL;
    c.print = quiet;
    if (!(z->vm = svm_new(&c, &err))) {
        fprintf(stderr, "checkfuzz: %s\n", err.text);
        return 1;
    }
    if (z->kernel && !kernel_verifies(why, sizeof why)) {
        printf("skipped: %s: programs are run, and not held against the kernel\n", why);
        z->kernel = false;
    }
    for (u32 k = 0; z->kernel && k < PROG_KINDS; k++)
        if (!kernel_maps_make(&z->generated[k], &maps, why, sizeof why)) {
            printf("the kernel does not make the maps: %s\n", why);
            return 1;
        }
    for (; i < argc; i++)
        sources_add(&z->sources, z->vm, argv[i], z->kernel);
    printf("%u programs to change\n", z->sources.n);
    for (u64 k = 0; k < (z->as_is ? z->sources.n : z->count); k++)
        program(z, z->first + k);
    result(z);
    status = counts_end(&z->counts);
    sources_drop(&z->sources);
    for (u32 k = 0; k < PROG_KINDS; k++)
        kernel_maps_drop(&z->generated[k]);
    svm_free(z->vm);
    buf_free(&differs);
    free(z);
    return status;
}
