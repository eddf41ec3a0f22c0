/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* json.h - cJSON, for --json. */
#ifndef CLI_JSON_H
#define CLI_JSON_H
#include "base/late.h"

/* Before the first call of it: 0, or says why there is none and returns EXIT_REFUSED. */
int json_open(void);

#ifdef HAVE_CJSON
#include <cjson/cJSON.h>

/* clang-format off */
#define CJSON_FUNCTIONS(F)                                                                                             \
    F(cJSON_CreateObject) F(cJSON_CreateArray) F(cJSON_CreateString) F(cJSON_CreateRaw) F(cJSON_AddItemToArray)        \
    F(cJSON_AddItemToObject) F(cJSON_AddObjectToObject) F(cJSON_AddArrayToObject) F(cJSON_AddStringToObject)           \
    F(cJSON_AddNumberToObject) F(cJSON_AddBoolToObject) F(cJSON_AddNullToObject) F(cJSON_AddRawToObject)               \
    F(cJSON_GetArraySize) F(cJSON_PrintUnformatted) F(cJSON_Delete)
/* clang-format on */

extern LATE_LIBRARY(cjson, CJSON_FUNCTIONS) cj;
#endif

#endif
