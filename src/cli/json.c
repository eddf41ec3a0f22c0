/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* json.c - opens cJSON when --json asks for it. */
#include "cli/json.h"
#include "cli/cli.h"

#ifdef HAVE_CJSON
struct cjson cj = LATE_INIT(HAVE_CJSON, CJSON_FUNCTIONS);

int json_open(void) {
    struct error e = {0};
    return late_open(&cj.late, cj.slot, &e) ? refuse("--json: %s", e.text) : 0;
}
#else
int json_open(void) {
    return refuse("--json: this build is without cJSON");
}
#endif
