# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# wasm.cmake - compiles the benchmark programs for WebAssembly, where there is a clang and its linker, and the text of
# test/wasm and test/capi, build/wasm/NAME.wasm and build/capi/NAME.wasm, where there is wat2wasm (of wabt).
# out: build/bench-wasm/NAME.wasm from bench/wasm, and by the target bench_native the same sources for this
#      machine, NAME.so, and as wabt's wasm2c translates them, NAME.w2c.so, where it is installed. clang is the one of
#      bpf.cmake, SVM_BPF_CLANG.
find_program(SVM_WASM_LD NAMES wasm-ld-19 wasm-ld wasm-ld-22 wasm-ld-21 wasm-ld-20 wasm-ld-18 wasm-ld-17 wasm-ld-16
    DOC "linker for WebAssembly (of lld)")
find_program(SVM_WASM2C NAMES wasm2c DOC "wabt's translator to C, for make bench")
find_path(SVM_WASM2C_RT NAMES wasm-rt-impl.c PATHS /usr/share/wabt/wasm2c /usr/local/share/wabt/wasm2c)
if(SVM_BPF_CLANG AND SVM_WASM_LD)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/bench-wasm)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/wasm/*.c)
    set(header ${PROJECT_SOURCE_DIR}/bench/wasm/bench.h)
    set(flags -O2 -Wall -Wextra -Werror -ffp-contract=off)
    if(SVM_WASM2C)
        execute_process(COMMAND ${SVM_WASM2C} --version OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
        set(w2c_old "")
        if(version VERSION_LESS 1.0.33)
            set(w2c_old -DW2C_OLD)
        endif()
    endif()
    set(modules "")
    set(native "")
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WE)
        set(out ${CMAKE_BINARY_DIR}/bench-wasm/${name})
        add_custom_command(OUTPUT ${out}.wasm DEPENDS ${source} ${header} BYPRODUCTS ${out}.wasm.o
            COMMAND ${SVM_BPF_CLANG} --target=wasm32 ${flags} -c ${source} -o ${out}.wasm.o
            COMMAND ${SVM_WASM_LD} --no-entry ${out}.wasm.o -o ${out}.wasm
            COMMENT "Compiling bench/wasm/${name}.c for WebAssembly" VERBATIM)
        add_custom_command(OUTPUT ${out}.so DEPENDS ${source} ${header}
            COMMAND ${SVM_BPF_CLANG} ${flags} -fPIC -shared ${source} -o ${out}.so
            COMMENT "Compiling bench/wasm/${name}.c for this machine" VERBATIM)
        list(APPEND modules ${out}.wasm)
        list(APPEND native ${out}.so)
        if(SVM_WASM2C AND SVM_WASM2C_RT)
            add_custom_command(OUTPUT ${out}.w2c.so DEPENDS ${out}.wasm ${PROJECT_SOURCE_DIR}/bench/peers/wasm2c.c
                BYPRODUCTS ${out}.w2c.c ${out}.w2c.h
                COMMAND ${SVM_WASM2C} -n w2c ${out}.wasm -o ${out}.w2c.c
                COMMAND ${SVM_BPF_CLANG} -O2 -w -fPIC -shared ${w2c_old} -DW2C_HEADER="${name}.w2c.h"
                    -I${CMAKE_BINARY_DIR}/bench-wasm -I${SVM_WASM2C_RT} ${out}.w2c.c
                    ${PROJECT_SOURCE_DIR}/bench/peers/wasm2c.c ${SVM_WASM2C_RT}/wasm-rt-impl.c -lm -o ${out}.w2c.so
                COMMENT "Compiling what wasm2c makes of ${name}.wasm" VERBATIM)
            list(APPEND native ${out}.w2c.so)
        endif()
    endforeach()
    add_custom_target(wasm_programs ALL DEPENDS ${modules})
    add_custom_target(bench_wasm_native DEPENDS ${native})
    add_dependencies(bench_native bench_wasm_native)

    # test/wasm/lines.c with debug information: build/wasm/lines-VERSION-LEVEL.wasm; paths are relative to test/wasm
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/wasm)
    set(modules "")
    foreach(variant 4-0 4-2 5-0 5-2)
        string(REGEX REPLACE "-.*" "" version ${variant})
        string(REGEX REPLACE ".*-" "" level ${variant})
        set(out ${CMAKE_BINARY_DIR}/wasm/lines-${variant})
        add_custom_command(OUTPUT ${out}.wasm BYPRODUCTS ${out}.o
            DEPENDS ${PROJECT_SOURCE_DIR}/test/wasm/lines.c ${PROJECT_SOURCE_DIR}/test/wasm/lines.h
            COMMAND ${SVM_BPF_CLANG} --target=wasm32 -O${level} -gdwarf-${version} -ffunction-sections -Wall -Werror
                -c lines.c -o ${out}.o
            COMMAND ${SVM_WASM_LD} --no-entry --gc-sections ${out}.o -o ${out}.wasm
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/test/wasm VERBATIM)
        list(APPEND modules ${out}.wasm)
    endforeach()
    add_custom_target(wasm_lines ALL DEPENDS ${modules})
else()
    message(STATUS "benchmarks for WebAssembly, and tests of its source lines: none (clang and wasm-ld compile them)")
endif()

# The eBPF programs that guests work with: build/wasm/NAME.o from test/wasm.
if(SVM_BPF_CLANG)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/wasm)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/test/wasm/*.bpf.c)
    set(objects "")
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WLE)
        set(out ${CMAKE_BINARY_DIR}/wasm/${name}.o)
        add_custom_command(OUTPUT ${out} DEPENDS ${source} ${PROJECT_SOURCE_DIR}/examples/bpf/bpf.h
            COMMAND ${SVM_BPF_CLANG} -O2 -g -target bpf -mcpu=v3 -Wall -Werror -c ${source} -o ${out} VERBATIM)
        list(APPEND objects ${out})
    endforeach()
    add_custom_target(wasm_ebpf ALL DEPENDS ${objects})
endif()

# C guests: build/wasm/NAME.wasm from test/wasm, examples/wasm, and bench/start/hello.c. Each says itself what it exports.
set(guests "")
if(SVM_BPF_CLANG AND SVM_WASM_LD)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/wasm)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/test/wasm/*.c ${PROJECT_SOURCE_DIR}/examples/wasm/*.c
        ${PROJECT_SOURCE_DIR}/bench/start/hello.c)
    list(FILTER sources EXCLUDE REGEX "\\.bpf\\.c$")
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WE)
        set(out ${CMAKE_BINARY_DIR}/wasm/${name}.wasm)
        add_custom_command(OUTPUT ${out} DEPENDS ${source} ${PROJECT_SOURCE_DIR}/include/supervm/guest.h BYPRODUCTS ${out}.o
            COMMAND ${SVM_BPF_CLANG} --target=wasm32 -O2 -mbulk-memory -Wall -Wextra -Werror -I ${PROJECT_SOURCE_DIR}/include
                -c ${source} -o ${out}.o
            COMMAND ${SVM_WASM_LD} --no-entry --export-table ${out}.o -o ${out} VERBATIM)
        list(APPEND guests ${out})
    endforeach()
    add_custom_target(wasm_guests ALL DEPENDS ${guests})
endif()

find_program(SVM_WAT2WASM wat2wasm DOC "WebAssembly text to modules (of wabt)")
if(SVM_WAT2WASM)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/wasm ${CMAKE_BINARY_DIR}/capi)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/test/wasm/*.wat ${PROJECT_SOURCE_DIR}/test/capi/*.wat)
    set(modules "")
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WE)
        get_filename_component(folder ${source} DIRECTORY)
        get_filename_component(folder ${folder} NAME)
        set(out ${CMAKE_BINARY_DIR}/${folder}/${name}.wasm)
        add_custom_command(OUTPUT ${out} DEPENDS ${source}
            COMMAND ${SVM_WAT2WASM} --enable-threads --enable-tail-call --enable-exceptions --debug-names ${source} -o ${out} VERBATIM)
        list(APPEND modules ${out})
    endforeach()
    add_custom_target(wasm_tests ALL DEPENDS ${modules})
else()
    message(STATUS "unit tests that run WebAssembly text: none (wat2wasm makes modules of it)")
endif()
