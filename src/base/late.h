/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* late.h - libraries of the system that are opened when something of them is first needed, so that a run which needs
 * none of them does not wait for the dynamic linker.
 *
 * A list names the functions. What it makes has a pointer to each, of the type that the library's own header says:
 *
 *   #define FUNCTIONS(F) F(pcap_close) F(pcap_datalink)
 *   static LATE_LIBRARY(, FUNCTIONS) lib = LATE_INIT("libpcap.so.0.8", FUNCTIONS);
 *
 *   if (late_open(&lib.late, lib.slot, e)) return NULL;
 *   lib.pcap_close(p);
 */
#ifndef BASE_LATE_H
#define BASE_LATE_H
#include "base/error.h"
#include <stdatomic.h>

struct late {
    const char *file; /* by its name for the dynamic linker, which stands for its interface */
    const char *const *name;
    u32 n;
    atomic_bool open;
};

#define LATE_POINTER(f) __typeof__(f) *f;
#define LATE_NAME(f)    #f,
#define LATE_ONE(f)     +1
#define LATE_LIBRARY(tag, FUNCTIONS)                                                                                   \
    struct tag {                                                                                                       \
        struct late late;                                                                                              \
        union {                                                                                                        \
            struct {                                                                                                   \
                FUNCTIONS(LATE_POINTER)                                                                                \
            };                                                                                                         \
            void *slot[FUNCTIONS(LATE_ONE)];                                                                           \
        };                                                                                                             \
    }
/* clang-format off */
#define LATE_INIT(file, FUNCTIONS)                                                                                     \
    { .late = {(file), (const char *const[]){FUNCTIONS(LATE_NAME)}, FUNCTIONS(LATE_ONE), false} }
/* clang-format on */

/* Fills the slots; from then on the library stays, and its functions may be called. Or fails: E_UNSUP. */
int late_open(struct late *l, void **slot, struct error *e);
/* Opens a library of ours by its path: what stands at name in it. NULL: it cannot be opened, or has none. It stays until
 * late_unload(*opened). brings: a function of a library that it is linked with, which the process may have another of; NULL: none. */
const void *late_plugin(const char *path, const char *name, const char *brings, void **opened, struct error *e);
void late_unload(void *opened);

#endif
