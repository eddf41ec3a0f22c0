/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* info.h - the part of `supervm info` that shows modules with typed functions. */
#ifndef CLI_INFO_H
#define CLI_INFO_H
#include "cli/cli.h"

struct cJSON;
bool info_is_typed(const struct svm_module *m);
void info_typed_text(const struct svm_module *m, const char *path, bool functions);
void info_typed_json(const struct svm_module *m, struct cJSON *root, bool functions);

void heading(const char *text); /* cmd_info.c */

#endif
