/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* place.c - address space of guarded memories that are gone, kept for the next ones: mapping 8 GiB and giving them back
 * takes longer than all else that an instance begins with. The pages are given back at once; what lies under them,
 * zeros or an image, is there again when they are touched. Its faults go on being caught. */
#include "base/fault.h"
#include "base/platform.h"
#include "rt/lock.h"
#include "rt/typed/typed.h"
#include <stdlib.h>

enum { KEPT = 64 };

bool place_take(struct registry *r, u64 image, struct mem_place *p) {
    u32 best = 0;
    bool any;
    lock(&r->place_lock);
    any = r->nplace > 0;
    if (any) {
        best = r->nplace - 1; /* the newest; with that image, or else with none */
        for (u32 i = r->nplace; i-- > 0 && r->place[best].image != image;)
            if (r->place[i].image == image || (!r->place[i].image && r->place[best].image))
                best = i;
        *p = r->place[best];
        r->place[best] = r->place[--r->nplace];
    }
    unlock(&r->place_lock);
    return any;
}

bool place_give(struct registry *r, const struct mem_place *p) {
    bool kept = false;
    lock(&r->place_lock);
    if (!r->place)
        r->place = malloc(KEPT * sizeof *r->place);
    if (r->place && r->nplace < KEPT) {
        r->place[r->nplace++] = *p;
        kept = true;
    }
    unlock(&r->place_lock);
    return kept;
}

void places_drop(struct registry *r) {
    for (u32 i = 0; i < r->nplace; i++) {
        fault_range_remove(r->place[i].base, GUARDED);
        os_release(r->place[i].base, GUARDED);
    }
    free(r->place);
}
