/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* budgets.c - supervm-budgets [--engine E]... [-n RUNS] FILE...: what a budget lets a program do is the same in every
 * engine.
 *
 * Each file has one XDP program. It runs over a packet of random bytes with small budgets, with random ones, and with
 * those that end where the program does: result, trap, its place, count and packet must be those of the first engine.
 */
#include "kit.h"
#include "kit_bound.h"
#include "kit_saved.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PACKET = 3520 };

struct side {
    const char *engine;
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    unsigned char packet[PACKET];
    struct svm_result r;
    int rc;
};

static uint64_t seed = 1;
static uint64_t rnd(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x2545f4914f6cdd1du;
}

static int open_side(struct side *s, const char *file, enum svm_verify_mode verify) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_error e = {0};
    engine_config(&c, s->engine);
    o.verify = verify;
    s->vm = svm_new(&c, &e);
    s->m = s->vm ? svm_module_load_file(s->vm, file, NULL, &e) : NULL;
    if (s->m && is_ahead(s->engine))
        s->m = ahead_module(s->vm, s->m, s->engine, &o, &e);
    if (s->m && (s->p = svm_program_link(s->m, &o, &e)) && (s->in = svm_instance_new(s->p, &e)))
        return 0;
    fprintf(stderr, "budgets: %s: %s: %s\n", file, s->engine, e.text);
    return 1;
}

static void close_side(struct side *s) {
    svm_instance_free(s->in);
    svm_program_free(s->p);
    svm_module_free(s->m);
    svm_free(s->vm);
}

static void run(struct side *s, const unsigned char *packet, uint64_t budget) {
    struct svm_packet pkt = {.data = s->packet, .len = PACKET};
    struct svm_input in = {.kind = SVM_KIND_XDP, .packet = &pkt, .budget = budget};
    memcpy(s->packet, packet, PACKET);
    memset(&s->r, 0, sizeof s->r);
    s->rc = svm_run(s->in, NULL, &in, &s->r, NULL);
}

static bool same(const struct side *a, const struct side *b) {
    return a->rc == b->rc && a->r.trap == b->r.trap && a->r.ret == b->r.ret && a->r.insns == b->r.insns &&
           a->r.pc == b->r.pc && !strcmp(a->r.func ? a->r.func : "", b->r.func ? b->r.func : "") &&
           !memcmp(a->packet, b->packet, PACKET);
}

/* Budget number k of n, for a program that takes `all` instructions. */
static uint64_t budget_of(unsigned k, unsigned n, uint64_t all) {
    if (k < n / 4)
        return 1 + 2 * k;
    if (k < n / 2)
        return all + 2 - k % 600 < all + 3 ? all + 2 - k % 600 : 1;
    return 1 + rnd() % (all + 50);
}

static unsigned differ(const char *file, const struct engines *e, enum svm_verify_mode verify, unsigned runs) {
    struct side s[COUNT(e->name)] = {0};
    size_t nengine = e->n;
    unsigned char packet[PACKET];
    unsigned bad = 0;
    for (unsigned k = 0; k < PACKET; k++)
        packet[k] = (unsigned char)(rnd() >> 40);
    for (size_t k = 0; k < nengine; k++) {
        s[k].engine = e->name[k];
        bad += (unsigned)open_side(&s[k], file, verify);
    }
    for (size_t k = 0; !bad && k < nengine; k++) /* the first run fills maps */
        run(&s[k], packet, 0), run(&s[k], packet, 0);
    for (unsigned n = 0; !bad && n < runs; n++) {
        static uint64_t all;
        uint64_t budget;
        if (!n)
            all = s[0].r.insns;
        budget = budget_of(n, runs, all);
        for (size_t k = 0; k < nengine; k++) {
            run(&s[k], packet, budget);
            if (!bound_kept(s[k].in, s[k].r.insns)) {
                fprintf(stderr, "budgets: %s: %s: %llu instructions, and %llu were to be the most\n", file, s[k].engine,
                        (unsigned long long)s[k].r.insns, (unsigned long long)run_bound(s[k].in));
                bad++;
            }
            if (same(&s[0], &s[k]))
                continue;
            fprintf(stderr,
                    "budgets: %s, budget %llu: %s: trap %u at %u, r0 0x%llx, %llu instructions; %s: %u at %u, 0x%llx, "
                    "%llu\n",
                    file, (unsigned long long)budget, s[0].engine, s[0].r.trap, s[0].r.pc,
                    (unsigned long long)s[0].r.ret, (unsigned long long)s[0].r.insns, s[k].engine, s[k].r.trap,
                    s[k].r.pc, (unsigned long long)s[k].r.ret, (unsigned long long)s[k].r.insns);
            bad++;
        }
    }
    for (size_t k = 0; k < nengine; k++)
        close_side(&s[k]);
    return bad;
}

int main(int argc, char **argv) {
    struct engines e;
    unsigned runs = 200, good = 0, bad = 0;
    int c;
    engines_from_args(&e, &argc, argv);
    while ((c = getopt(argc, argv, "n:")) == 'n')
        runs = (unsigned)strtoul(optarg, NULL, 0);
    if (c != -1 || optind == argc) {
        fprintf(stderr, "usage: supervm-budgets [--engine E]... [-n RUNS] FILE...\n");
        return 1;
    }
    for (int k = optind; k < argc; k++) {
        unsigned d = differ(argv[k], &e, SVM_VERIFY_NONE, runs) + differ(argv[k], &e, SVM_VERIFY_GUARDED, runs);
        good += !d;
        bad += d > 0;
    }
    printf("%u passed, %u failed\n", good, bad);
    return bad > 0;
}
