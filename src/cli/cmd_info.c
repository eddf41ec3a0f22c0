/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_info.c - supervm info: a file in; its programs, maps, variables and imports out. */
#include "cli/info.h"
#include "cli/json.h"
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT = 256 };

static const struct opt opts[] = {
    {'j', "json", NULL, "print one JSON object"},
    {'f', "functions", NULL, "list each function of a WebAssembly module"},
    {FORMAT, "format", "NAME", "what FILE is: elf, raw, hex, asm, svmasm, wasm, svm (default: by content)"},
    {0, NULL, NULL, NULL},
};

void heading(const char *text) {
    printf("%s%s%s\n", style(stdout, STYLE_BOLD), text, style(stdout, STYLE_PLAIN));
}

static void print_text(const struct svm_module *m, const char *path, bool functions) {
    const char *license = svm_module_license(m);
    struct svm_prog_info p;
    struct svm_map_info map;
    struct svm_var_info v;
    struct svm_import_info im;
    size_t i;
    if (info_is_typed(m)) {
        info_typed_text(m, path, functions);
        return;
    }
    printf("%s: %s, %u instructions, license %s\n", path, svm_module_front(m), svm_module_insns(m),
           *license ? license : "not given");
    for (i = 0; svm_module_prog(m, i, &p); i++) {
        if (!i)
            heading("programs");
        printf("  %-24s %-16s section %s, %u instructions\n", p.name, p.kind_name, p.section ? p.section : "-",
               p.insns);
    }
    for (i = 0; svm_module_map(m, i, &map); i++) {
        if (!i)
            heading("maps");
        printf("  %-24s %-16s key %u, value %u, entries %u, flags 0x%x\n", map.name, map.type_name, map.key_size,
               map.value_size, map.max_entries, map.flags);
    }
    for (i = 0; svm_module_var(m, i, &v); i++) {
        if (!i)
            heading("variables");
        printf("  %-24s %-16s offset %u, %u bytes%s\n", v.name, v.map, v.offset, v.size,
               v.read_only ? ", read-only" : "");
    }
    for (i = 0; svm_module_import(m, i, &im); i++) {
        if (!i)
            heading("imports");
        printf("  %-24s %s%s\n", im.name, im.function ? "function" : "variable", im.weak ? ", weak" : "");
    }
}

#ifdef HAVE_CJSON

static void add_string(cJSON *o, const char *key, const char *text) {
    if (text)
        cj.cJSON_AddStringToObject(o, key, text);
    else
        cj.cJSON_AddNullToObject(o, key);
}

static cJSON *row(cJSON *array, const char *name) {
    cJSON *o = cj.cJSON_CreateObject();
    cj.cJSON_AddItemToArray(array, o);
    add_string(o, "name", name);
    return o;
}

static void json_untyped(const struct svm_module *m, cJSON *root) {
    cJSON *list, *o;
    struct svm_prog_info p;
    struct svm_map_info map;
    struct svm_var_info v;
    struct svm_import_info im;
    size_t i;
    cj.cJSON_AddNumberToObject(root, "insns", svm_module_insns(m));
    add_string(root, "license", svm_module_license(m));
    list = cj.cJSON_AddArrayToObject(root, "programs");
    for (i = 0; svm_module_prog(m, i, &p); i++) {
        o = row(list, p.name);
        add_string(o, "section", p.section);
        add_string(o, "type", p.kind_name);
        cj.cJSON_AddNumberToObject(o, "insns", p.insns);
    }
    list = cj.cJSON_AddArrayToObject(root, "maps");
    for (i = 0; svm_module_map(m, i, &map); i++) {
        o = row(list, map.name);
        add_string(o, "type", map.type_name);
        cj.cJSON_AddNumberToObject(o, "key_size", map.key_size);
        cj.cJSON_AddNumberToObject(o, "value_size", map.value_size);
        cj.cJSON_AddNumberToObject(o, "max_entries", map.max_entries);
        cj.cJSON_AddNumberToObject(o, "flags", map.flags);
    }
    list = cj.cJSON_AddArrayToObject(root, "variables");
    for (i = 0; svm_module_var(m, i, &v); i++) {
        o = row(list, v.name);
        add_string(o, "map", v.map);
        cj.cJSON_AddNumberToObject(o, "offset", v.offset);
        cj.cJSON_AddNumberToObject(o, "size", v.size);
        cj.cJSON_AddBoolToObject(o, "read_only", v.read_only);
    }
    list = cj.cJSON_AddArrayToObject(root, "imports");
    for (i = 0; svm_module_import(m, i, &im); i++) {
        o = row(list, im.name);
        cj.cJSON_AddBoolToObject(o, "function", im.function);
        cj.cJSON_AddBoolToObject(o, "weak", im.weak);
    }
}

static int print_json(const struct svm_module *m, const char *path, bool functions) {
    cJSON *root = cj.cJSON_CreateObject();
    char *out;
    add_string(root, "file", path);
    add_string(root, "format", svm_module_front(m));
    if (info_is_typed(m))
        info_typed_json(m, root, functions);
    else
        json_untyped(m, root);
    out = cj.cJSON_PrintUnformatted(root);
    if (out)
        puts(out);
    cj.cJSON_Delete(root);
    free(out);
    return out ? EXIT_WELL : refuse("out of memory");
}
#else
static int print_json(const struct svm_module *m, const char *path, bool functions) {
    return (void)m, (void)path, (void)functions, json_open();
}
#endif

int cmd_info(int argc, char **argv) {
    struct options o = {"supervm info [OPTION]... FILE", "Says what a file contains.", opts, argc, argv};
    struct svm_load_options load = SVM_LOAD_INIT;
    struct svm_error err;
    struct svm_module *m;
    struct svm *vm;
    bool json = false, functions = false;
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status))) {
        switch (key) {
        case 'j': json = true; break;
        case 'f': functions = true; break;
        case FORMAT: load.front = optarg; break;
        default: return status;
        }
    }
    if (optind + 1 != argc)
        return complain(optind < argc ? "one FILE only, not also %s" : "info: which FILE? (--help)", argv[argc - 1]);
    if (json && (status = json_open()))
        return status;
    vm = svm_new(NULL, &err);
    if (!vm)
        return refuse("%s", err.text);
    m = load_input(vm, argv[optind], &load, &status);
    if (m && json)
        status = print_json(m, argv[optind], functions);
    else if (m)
        print_text(m, argv[optind], functions);
    svm_module_free(m);
    svm_free(vm);
    return status;
}
