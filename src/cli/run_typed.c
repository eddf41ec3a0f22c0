/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run_typed.c - supervm run on a WebAssembly module: one exported function called with arguments from the command
 * line, its results printed one a line. */
#include "base/platform.h"
#include "cli/run.h"
#include "cli/whole.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_VALUES = 1000 };

bool module_is_called(const struct svm_module *m) {
    struct svm_extern_info x;
    struct svm_prog_info p;
    return !svm_module_prog(m, 0, &p) && (svm_module_extern(m, true, 0, &x) || svm_module_extern(m, false, 0, &x) ||
                                          !strcmp(svm_module_front(m), "wasm"));
}

/* ---- --timeout ---- */

struct alarm_clock {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t done_or_late;
    bool started, done;
    u64 ms;
    struct svm_instance *in;
};

static void *watch(void *arg) {
    struct alarm_clock *a = arg;
    struct timespec end;
    int rc = 0;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += (time_t)(a->ms / 1000);
    end.tv_nsec += (long)(a->ms % 1000) * 1000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&a->lock);
    while (!a->done && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&a->done_or_late, &a->lock, &end);
    if (!a->done)
        svm_instance_interrupt(a->in);
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

static bool alarm_start(struct alarm_clock *a, struct svm_instance *in, u64 ms) {
    a->in = in;
    a->ms = ms;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->done_or_late, NULL);
    a->started = ms && !pthread_create(&a->thread, NULL, watch, a);
    return a->started || !ms;
}

static void alarm_stop(struct alarm_clock *a) {
    if (a->started) {
        pthread_mutex_lock(&a->lock);
        a->done = true;
        pthread_cond_signal(&a->done_or_late);
        pthread_mutex_unlock(&a->lock);
        pthread_join(a->thread, NULL);
    }
    pthread_cond_destroy(&a->done_or_late);
    pthread_mutex_destroy(&a->lock);
}

/* ---- arguments and results ---- */

static const char *kind_name_of(int kind) {
    switch (kind) {
    case SVM_I32: return "i32";
    case SVM_I64: return "i64";
    case SVM_F32: return "f32";
    case SVM_F64: return "f64";
    case SVM_V128: return "v128";
    case SVM_FUNCREF: return "funcref";
    case SVM_EXTERNREF: return "externref";
    case SVM_EXNREF: return "exnref";
    }
    return "anyref";
}

/* From -2^(bits-1) to 2^bits - 1, decimal or 0x. */
static bool read_integer_arg(const char *text, int bits, u64 *out) {
    bool minus = *text == '-';
    const char *digits = text + (minus || *text == '+');
    u64 most = bits == 64 ? UINT64_MAX : ((u64)1 << bits) - 1, v;
    char *end;
    if (*digits < '0' || *digits > '9')
        return false;
    errno = 0;
    v = strtoull(digits, &end, digits[0] == '0' && (digits[1] | 32) == 'x' ? 16 : 10);
    if (errno || *end || v > (minus ? (most >> 1) + 1 : most))
        return false;
    *out = minus ? 0 - v : v;
    return true;
}

static bool read_float_arg(const char *text, struct svm_val *v) {
    char *end;
    if (v->kind == SVM_F32)
        v->of.f32 = strtof(text, &end);
    else
        v->of.f64 = strtod(text, &end);
    return *text && !*end;
}

/* 0x and up to 32 digits: the number whose lowest byte is lane 0 of 16. */
static bool read_vector_arg(const char *text, struct svm_val *v) {
    size_t n;
    if (text[0] != '0' || (text[1] | 32) != 'x')
        return false;
    text += 2;
    n = strlen(text);
    if (!n || n > 32 || strspn(text, "0123456789abcdefABCDEF") != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = text[n - 1 - i];
        unsigned digit = (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        v->of.v128[i / 2] |= (uint8_t)(digit << (i % 2 * 4));
    }
    return true;
}

static bool read_arg(const char *text, int kind, struct svm_val *v) {
    u64 bits = 0;
    *v = (struct svm_val){.kind = (u8)kind};
    switch (kind) {
    case SVM_I32:
        if (!read_integer_arg(text, 32, &bits))
            return false;
        v->of.i32 = (s32)bits;
        return true;
    case SVM_I64:
        if (!read_integer_arg(text, 64, &bits))
            return false;
        v->of.i64 = (s64)bits;
        return true;
    case SVM_F32:
    case SVM_F64: return read_float_arg(text, v);
    case SVM_V128: return read_vector_arg(text, v);
    case SVM_EXTERNREF: return !strcmp(text, "null") || read_integer_arg(text, 64, &v->of.ref);
    }
    return !strcmp(text, "null");
}

/* With as few digits as give the same number again. */
static void print_float(double d, bool single) {
    char text[40];
    int digits = 1;
    if (isnan(d)) {
        printf(signbit(d) ? "-nan\n" : "nan\n");
        return;
    }
    do
        snprintf(text, sizeof text, "%.*g", digits, d);
    while ((single ? (double)strtof(text, NULL) : strtod(text, NULL)) != d && ++digits <= 17);
    printf("%s\n", text);
}

static void print_result(const struct svm_val *v) {
    u64 half[2];
    switch (v->kind) {
    case SVM_I32: printf("%" PRId32 "\n", v->of.i32); return;
    case SVM_I64: printf("%" PRId64 "\n", v->of.i64); return;
    case SVM_F32: print_float((double)v->of.f32, true); return;
    case SVM_F64: print_float(v->of.f64, false); return;
    case SVM_V128:
        memcpy(half, v->of.v128, sizeof half);
        printf("0x%016" PRIx64 "%016" PRIx64 "\n", half[1], half[0]);
        return;
    case SVM_EXTERNREF:
        if (v->of.ref) {
            printf("%" PRIu64 "\n", v->of.ref);
            return;
        }
        break;
    }
    printf("%s\n", v->of.ref ? kind_name_of(v->kind) : "null");
}

/* ---- a run ---- */

static int list_missing(const struct run *r, const struct svm_linker *l) {
    static const char *const what[] = {"function", "table", "memory", "global", "tag"};
    struct svm_extern_info x;
    s64 i = svm_linker_missing(l, r->module, 0);
    if (i < 0)
        return EXIT_WELL;
    refuse("%s: nothing provides these imports:", r->file);
    for (; i >= 0; i = svm_linker_missing(l, r->module, (size_t)i + 1)) {
        svm_module_extern(r->module, false, (size_t)i, &x);
        fprintf(stderr, "  %-8s \"%.*s\" \"%.*s\"\n", what[x.kind], (int)x.space_len, x.space, (int)x.name_len, x.name);
    }
    return EXIT_REFUSED;
}

static int list_functions(const struct run *r) {
    struct svm_extern_info x;
    for (size_t i = 0; svm_module_extern(r->module, true, i, &x); i++)
        if (x.kind == SVM_FUNC)
            fprintf(stderr, "  %.*s\n", (int)x.name_len, x.name);
    return EXIT_USAGE;
}

static int tell_call_trap(const struct run *r, const struct svm_error *err) {
    const struct svm_trap *t = svm_instance_trap(r->instance);
    refuse("%s", err->text);
    for (size_t i = 1; i < t->nframe; i++) {
        const struct svm_frame *f = &t->frame[i];
        fprintf(stderr, "  called by function %u", f->index);
        if (f->func)
            fprintf(stderr, " \"%s\"", f->func);
        if (f->offset >= 0)
            fprintf(stderr, ", offset 0x%" PRIx64, (u64)f->offset);
        if (f->file)
            fprintf(stderr, " (%s:%u)", f->file, f->line);
        else if (f->line)
            fprintf(stderr, " (line %u)", f->line);
        fprintf(stderr, "\n");
    }
    if (r->wasi)
        return t->limit ? EXIT_WASI_LIMIT : EXIT_WASI_TRAP;
    return t->limit ? EXIT_LIMIT : EXIT_TRAP;
}

/* A call that did not come back with results. */
static int tell_failure(const struct run *r, int rc, const struct svm_error *err) {
    int status;
    if (rc != SVM_ETRAP)
        return refuse("%s", err->text);
    return wasi_exited(r, &status) ? status : tell_call_trap(r, err);
}

/* A reactor makes itself ready before anything else of it is called. */
static int initialize(const struct run *r, const char *name) {
    const struct svm_func *f = r->invoke ? svm_instance_func(r->instance, "_initialize") : NULL;
    struct svm_error err;
    int rc;
    if (!f || !strcmp(name, "_initialize") || svm_func_kind(f, false, 0) || svm_func_kind(f, true, 0))
        return EXIT_WELL;
    rc = svm_func_call(r->instance, f, NULL, 0, NULL, 0, &err);
    return rc ? tell_failure(r, rc, &err) : EXIT_WELL;
}

/* Somebody asks for the count, or for an end before the program's own. Else it runs as a program of the system does. */
static bool wants_fuel(const struct run *r) {
    return !r->no_fuel && (r->budget || r->timeout || r->stats);
}

static int call(struct run *r, const struct svm_func *f, const char *name) {
    static struct svm_val args[MAX_VALUES], results[MAX_VALUES];
    struct alarm_clock alarm = {0};
    struct svm_error err;
    size_t n = 0, nresult = 0, nargs = r->wasi && !r->invoke ? 0 : r->nargs;
    u64 runs = 0, start, ns;
    char count[32];
    int rc, status;
    for (; svm_func_kind(f, false, n) && n < MAX_VALUES; n++)
        if (n < nargs && !read_arg(r->args[n], svm_func_kind(f, false, n), &args[n]))
            return complain("%s: argument %zu of %s is of type %s", r->args[n], n + 1, name,
                            kind_name_of(svm_func_kind(f, false, n)));
    if (n != nargs)
        return complain("%s takes %zu arguments, not %zu", name, n, nargs);
    while (nresult < MAX_VALUES && svm_func_kind(f, true, nresult))
        nresult++;
    if (!alarm_start(&alarm, r->instance, r->timeout))
        return refuse("no thread for --timeout");
    if ((status = initialize(r, name))) {
        alarm_stop(&alarm);
        return status;
    }
    start = os_time_ns();
    do
        rc = svm_func_call(r->instance, f, args, n, results, nresult, &err);
    while (!rc && ++runs < r->repeat);
    ns = os_time_ns() - start;
    alarm_stop(&alarm);
    if (rc)
        return tell_failure(r, rc, &err);
    for (size_t i = 0; i < nresult; i++)
        print_result(&results[i]);
    if (r->repeat > 1) {
        printf("%s calls, %.1f ns each, ", with_commas(runs, count), (double)ns / (double)runs);
        if (wants_fuel(r))
            printf("%llu instructions the last, ", (unsigned long long)svm_instance_insns(r->instance));
        printf("engine %s\n", svm_program_engine(r->program));
    }
    return flush_output();
}

/* The instance's own start function is not under --timeout, but under --fuel. */
int run_typed(struct run *r) {
    struct svm_link_options o = SVM_LINK_INIT;
    const struct svm_func *f;
    struct svm_error err;
    struct svm_linker *l;
    const char *name = r->invoke ? r->invoke : "_start";
    bool packets = wants_wasm_bpf(r->module);
    int status;
    if ((!packets && (r->pcap || r->maps)) || r->mem || r->json || r->nset || r->nmap_file || r->prog || r->ctx || r->regs || r->out ||
        r->workers > 1 || r->control_file)
        return complain("%s is WebAssembly: of the options that say what a run gets and shows it has --invoke, --bpf, --dir, "
                        "--env, --stub-imports, --timeout, --fuel, --max-memory, --repeat and --engine, and for a guest of wasm_bpf "
                        "--pcap and --maps",
                        r->file);
    if (packets && (status = whole_instead())) /* eBPF objects come while it runs */
        return status;
    o.no_fuel = !wants_fuel(r);
    if (!(r->program = svm_program_link(r->module, &o, &err)))
        return refuse("%s: %s", r->file, err.text);
    if (!(l = svm_linker_new(r->vm, &err)))
        return refuse("%s", err.text);
    if (r->stub_imports)
        svm_linker_stub(l);
    r->trace = true; /* what it prints is for who started it */
    (void)((status = wasi_grant(r, l)) || (status = guest_grants(r, l)) || (status = guest_bpf_grant(r, l)) || (status = list_missing(r, l)));
    if (!status && !(r->instance = svm_linker_instantiate(l, r->program, &err))) {
        status = refuse("%s: %s", r->file, err.text);
        status = err.code == SVM_ETRAP ? EXIT_TRAP : err.code == SVM_ELIMIT ? EXIT_LIMIT : status;
    }
    svm_linker_free(l);
    if (status)
        return status;
    if (!r->budget)
        svm_instance_fuel_set(r->instance, INT64_MAX);
    if (!(f = svm_instance_func(r->instance, name))) {
        complain(r->invoke ? "%s exports no function %s; it has" : "%s: which function? (--invoke%.0s NAME)", r->file,
                 name);
        return list_functions(r);
    }
    return call(r, f, name);
}
