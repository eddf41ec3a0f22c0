/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dpdk.c - DPDK's librte_bpf beside us: its interpreter and its JIT, on programs that its validator takes. */
#include "bench.h"
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_DPDK
#include <rte_bpf.h>
#include <rte_log.h>

static uint64_t run_dpdk(struct variant *v, uint64_t n) {
    struct prog *p = v->p;
    uint64_t (*fn)(void *) = v->jit, ret = 0, t;
    memcpy(p->work, p->input, p->size);
    t = bench_ns();
    if (fn)
        for (uint64_t i = 0; i < n; i++)
            ret = fn(p->work);
    else
        for (uint64_t i = 0; i < n; i++)
            ret = rte_bpf_exec(v->dpdk, p->work);
    t = bench_ns() - t;
    v->ret = (uint32_t)ret;
    v->hash = fnv(p->work, p->size);
    return t;
}

void dpdk_open(struct variant *v, const char *path, bool native) {
    struct rte_bpf_prm prm = {.prog_arg = {.type = RTE_BPF_ARG_PTR, .size = v->p->size}};
    struct rte_bpf_jit jit = {0};
    v->run = run_dpdk;
    rte_log_set_global_level(RTE_LOG_CRIT);
    v->dpdk = rte_bpf_elf_load(&prm, path, "raw");
    if (!v->dpdk)
        snprintf(v->error, sizeof v->error, "librte_bpf refuses it");
    else if (native && (rte_bpf_get_jit(v->dpdk, &jit) || !jit.func))
        snprintf(v->error, sizeof v->error, "librte_bpf has no JIT here");
    v->jit = jit.func;
}

void dpdk_close(struct variant *v) {
    if (v->dpdk)
        rte_bpf_destroy(v->dpdk);
}

#else

void dpdk_open(struct variant *v, const char *path, bool native) {
    (void)path, (void)native;
    snprintf(v->error, sizeof v->error, "built without librte_bpf");
}

void dpdk_close(struct variant *v) {
    (void)v;
}

#endif
