# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# tests.cmake - test tools, unit tests, fuzz targets, and the list of what ctest runs.
#
# Every test goes through test/count.sh, which keeps its count of passed and failed in
# build/counts, so that tools/summary.sh can add them up. Label "long": only in make test-all.
enable_testing()
pkg_check_modules(cmocka QUIET cmocka)
find_program(BASH_PROGRAM bash REQUIRED)

function(svm_test name)
    cmake_parse_arguments(arg "LONG" "TIMEOUT" "COMMAND" ${ARGN})
    add_test(NAME ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
        COMMAND ${BASH_PROGRAM} ${PROJECT_SOURCE_DIR}/test/count.sh ${name} ${arg_COMMAND})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "SVM_BUILD=${CMAKE_BINARY_DIR};SVM_CLANG=${SVM_BPF_CLANG};CC=${CMAKE_C_COMPILER};SVM_PCAP=${SVM_HAVE_PCAP}")
    if(arg_LONG)
        set_tests_properties(${name} PROPERTIES LABELS long)
    endif()
endfunction()

function(svm_tool name)
    add_executable(${name} ${ARGN})
    target_compile_options(${name} PRIVATE ${SVM_WARNINGS})
    target_link_libraries(${name} PRIVATE supervm_internal)
endfunction()

# --- tools: test/tools/NAME.c is build/bin/supervm-NAME; kit*.c is what they share ---
file(GLOB kit CONFIGURE_DEPENDS test/tools/kit*.c)
add_library(kit STATIC ${kit})
target_compile_options(kit PRIVATE ${SVM_WARNINGS})
target_compile_definitions(kit PRIVATE EXAMPLES_BPF="${PROJECT_SOURCE_DIR}/examples/bpf")
target_link_libraries(kit PUBLIC supervm_internal ${SVM_LIBS_ELF})
file(GLOB tools CONFIGURE_DEPENDS test/tools/*.c)
list(FILTER tools EXCLUDE REGEX "/kit[^/]*\\.c$")
if(NOT SVM_HAVE_ELF)
    list(FILTER tools EXCLUDE REGEX "/objdump\\.c$")
endif()
if(NOT SVM_HAVE_CJSON)
    list(FILTER tools EXCLUDE REGEX "/spectest(-valid)?\\.c$")
endif()
set(tool_libs_objdump ${SVM_LIBS_ELF})
set(tool_libs_spectest ${SVM_LIBS_CJSON})
foreach(source IN LISTS tools)
    get_filename_component(name ${source} NAME_WE)
    svm_tool(supervm-${name} ${source})
    target_link_libraries(supervm-${name} PRIVATE kit ${tool_libs_${name}})
endforeach()
set(bin ${CMAKE_BINARY_DIR}/bin)

# --- docs/ISA.md says what the tables say ---
svm_tool(isa_md tools/isa_md.c)
svm_test(isa_md COMMAND ${CMAKE_BINARY_DIR}/bin/isa_md --check docs/ISA.md docs/ISA.head.md)

# --- make bench: build/bin/supervm-bench ---
file(GLOB bench CONFIGURE_DEPENDS bench/*.c)
if(SVM_HAVE_ELF)
    svm_tool(supervm-bench ${bench})
    target_link_libraries(supervm-bench PRIVATE ${SVM_LIBS_ELF})
    if(PKG_CONFIG_FOUND)
        pkg_check_modules(libdpdk QUIET libdpdk) # a peer; its flags ask for more than a header needs
    endif()
    if(libdpdk_FOUND)
        target_include_directories(supervm-bench SYSTEM PRIVATE ${libdpdk_INCLUDE_DIRS})
        target_compile_definitions(supervm-bench PRIVATE HAVE_DPDK=1)
        target_link_libraries(supervm-bench PRIVATE -lrte_bpf -lrte_eal)
    endif()
    file(GLOB bench CONFIGURE_DEPENDS bench/maps/*.c)
    list(FILTER bench EXCLUDE REGEX "\\.bpf\\.c$")
    svm_tool(supervm-bench-maps ${bench})
    target_link_libraries(supervm-bench-maps PRIVATE ${SVM_LIBS_ELF})
endif()

file(GLOB bench CONFIGURE_DEPENDS bench/start/*.c)
list(FILTER bench EXCLUDE REGEX "/hello\\.c$")
svm_tool(supervm-bench-start ${bench})

# --- unit tests: each test/unit/NAME.c is a cmocka program ---
file(GLOB units CONFIGURE_DEPENDS test/unit/*.c)
if(cmocka_FOUND)
    foreach(source IN LISTS units)
        get_filename_component(name ${source} NAME_WE)
        if(name MATCHES "elf|btf" AND NOT SVM_HAVE_ELF)
            continue()
        endif()
        svm_tool(unit-${name} ${source})
        target_compile_definitions(unit-${name} PRIVATE TEST_DIR="${PROJECT_SOURCE_DIR}/test")
        target_include_directories(unit-${name} SYSTEM PRIVATE ${cmocka_INCLUDE_DIRS})
        target_link_libraries(unit-${name} PRIVATE ${cmocka_LINK_LIBRARIES})
        svm_test(unit-${name} COMMAND ${bin}/unit-${name})
    endforeach()
else()
    message(STATUS "unit tests: no (cmocka)")
endif()

# --- programs as data: every folder of test/ that holds .t files, in every engine ---
file(GLOB cases CONFIGURE_DEPENDS test/*/*.t)
set(folders "")
foreach(case IN LISTS cases)
    get_filename_component(folder ${case} DIRECTORY)
    list(APPEND folders ${folder})
endforeach()
list(REMOVE_DUPLICATES folders)
foreach(folder IN LISTS folders)
    get_filename_component(name ${folder} NAME)
    svm_test(${name} COMMAND ${bin}/supervm-t ${folder})
    svm_test(${name}-saved COMMAND ${bin}/supervm-t --saved ${folder}) # the same, out of a .svm file
    svm_test(${name}-guarded COMMAND ${bin}/supervm-t --guarded ${folder}) # with what the checker proves of it
endforeach()

# --- the kernel as an oracle: test/oracle/*.c is build/bin/supervm-oracle ---
file(GLOB sources CONFIGURE_DEPENDS test/oracle/*.c)
list(FILTER sources EXCLUDE REGEX "\\.bpf\\.c$")
if(sources AND SVM_HAVE_ELF)
    svm_tool(supervm-oracle ${sources})
    target_link_libraries(supervm-oracle PRIVATE ${SVM_LIBS_ELF})
endif()

# --- scripts: test/NAME.sh and test/*/NAME.sh; count.sh and lib.sh are not tests ---
file(GLOB scripts CONFIGURE_DEPENDS test/*.sh test/*/*.sh)
list(FILTER scripts EXCLUDE REGEX "/(count|lib)\\.sh$")
foreach(script IN LISTS scripts)
    get_filename_component(name ${script} NAME_WE)
    get_filename_component(folder ${script} DIRECTORY)
    get_filename_component(folder ${folder} NAME)
    if(NOT folder STREQUAL test)
        set(name ${folder}-${name}) # test/long/fuzz.sh: long-fuzz
    endif()
    if(folder STREQUAL long)
        svm_test(${name} LONG TIMEOUT 1800 COMMAND ${BASH_PROGRAM} ${script} ${CMAKE_BINARY_DIR})
    else()
        svm_test(${name} COMMAND ${BASH_PROGRAM} ${script} ${CMAKE_BINARY_DIR})
    endif()
endforeach()

# --- examples that embed the library (test/examples.sh runs them) ---
file(GLOB examples CONFIGURE_DEPENDS examples/*.c)
foreach(source IN LISTS examples)
    get_filename_component(name ${source} NAME_WE)
    add_executable(example-${name} ${source})
    target_compile_options(example-${name} PRIVATE ${SVM_WARNINGS})
    target_link_libraries(example-${name} PRIVATE supervm -pthread)
endforeach()

# --- wasm.h as any host uses it: each test/capi/NAME.c is a program, with modules of test/capi/*.wat ---
file(GLOB sources CONFIGURE_DEPENDS test/capi/*.c)
foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    add_executable(capi-${name} ${source})
    target_compile_options(capi-${name} PRIVATE ${SVM_WARNINGS})
    target_link_libraries(capi-${name} PRIVATE supervm -pthread)
    svm_test(capi-${name} COMMAND ${bin}/capi-${name})
endforeach()

# --- the public headers, from C++ ---
include(CheckLanguage)
check_language(CXX)
if(CMAKE_CXX_COMPILER AND NOT SVM_SANITIZE) # clang's sanitizers cannot be linked by another C++ compiler
    enable_language(CXX)
    file(GLOB cxx CONFIGURE_DEPENDS test/cxx/*.cc)
    add_executable(test-cxx ${cxx})
    target_compile_options(test-cxx PRIVATE -Wall -Wextra -Wpedantic)
    target_link_libraries(test-cxx PRIVATE supervm)
    svm_test(cxx COMMAND ${bin}/test-cxx)
endif()

# --- fuzz targets: replay of the corpus and a few mutations, the same each time ---
file(GLOB fuzzers CONFIGURE_DEPENDS fuzz/fuzz_*.c)
foreach(source IN LISTS fuzzers)
    get_filename_component(name ${source} NAME_WE)
    if(name MATCHES "elf|btf" AND NOT SVM_HAVE_ELF)
        continue()
    endif()
    if(SVM_LIBFUZZER)
        svm_tool(${name} ${source})
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
        svm_tool(${name} ${source} fuzz/driver.c)
    endif()
    if(name STREQUAL fuzz_btf)
        target_link_libraries(${name} PRIVATE ${SVM_LIBS_ELF})
    endif()
endforeach()
