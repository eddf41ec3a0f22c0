/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* gdb.c - gdb's interface for code that is made at run time (gdb manual, "JIT Compilation Interface").
 *
 * gdb stops at a function that does nothing, and looks at a list whose head has a fixed name: so both belong to the
 * process, the one exception to what ARCHITECTURE.md says of state. A lock guards the list. The names are not exported:
 * gdb finds them in the library's symbol table, unless it is stripped. */
#include "engine/tell/tell.h"
#include <pthread.h>
#include <stdlib.h>

/* Layout and names are gdb's. */
struct jit_code_entry {
    struct jit_code_entry *next, *prev;
    const u8 *symfile_addr;
    u64 symfile_size;
};
enum { JIT_NOACTION, JIT_REGISTER_FN, JIT_UNREGISTER_FN };
struct jit_descriptor {
    u32 version, action_flag;
    struct jit_code_entry *relevant_entry, *first_entry;
};
extern struct jit_descriptor __jit_debug_descriptor;
struct jit_descriptor __jit_debug_descriptor = {1, JIT_NOACTION, NULL, NULL};
void __jit_debug_register_code(void);
__attribute__((noinline)) void __jit_debug_register_code(void) {
    __asm__ volatile("" ::: "memory");
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct gdb_told {
    struct jit_code_entry entry;
    struct gdb_told *next; /* of the same image */
    struct buf elf;
};

static void act(struct jit_code_entry *e, u32 action) {
    __jit_debug_descriptor.relevant_entry = e;
    __jit_debug_descriptor.action_flag = action;
    __jit_debug_register_code();
    __jit_debug_descriptor.action_flag = JIT_NOACTION;
    __jit_debug_descriptor.relevant_entry = NULL;
}

void gdb_tell(struct gdb_told **list, struct buf *elf) {
    struct gdb_told *t = elf->oom || !elf->len ? NULL : calloc(1, sizeof *t);
    if (!t) {
        buf_free(elf);
        return;
    }
    t->elf = *elf;
    *elf = (struct buf){0};
    t->entry.symfile_addr = t->elf.data;
    t->entry.symfile_size = t->elf.len;
    t->next = *list;
    *list = t;
    pthread_mutex_lock(&lock);
    t->entry.next = __jit_debug_descriptor.first_entry;
    if (t->entry.next)
        t->entry.next->prev = &t->entry;
    __jit_debug_descriptor.first_entry = &t->entry;
    act(&t->entry, JIT_REGISTER_FN);
    pthread_mutex_unlock(&lock);
}

void gdb_forget(struct gdb_told *list) {
    struct gdb_told *next;
    for (; list; list = next) {
        struct jit_code_entry *e = &list->entry;
        next = list->next;
        pthread_mutex_lock(&lock);
        if (e->prev)
            e->prev->next = e->next;
        else
            __jit_debug_descriptor.first_entry = e->next;
        if (e->next)
            e->next->prev = e->prev;
        act(e, JIT_UNREGISTER_FN);
        pthread_mutex_unlock(&lock);
        buf_free(&list->elf);
        free(list);
    }
}
