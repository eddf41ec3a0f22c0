# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# bpf.cmake - compiles the example and benchmark programs for eBPF, where there is a clang.
# out: build/bpf/NAME.bpf.o from examples/bpf; build/bench/NAME.o from bench/ebpf, build/bench-raw/NAME.o from bench/raw, and
#      by the target bench_native the same sources for this machine, NAME.so; SVM_BPF_CLANG.
find_program(SVM_BPF_CLANG NAMES clang-19 clang clang-22 clang-21 clang-20 clang-18 clang-17 clang-16 clang-15 clang-14
    DOC "clang that compiles for eBPF")
set(bpf_objects "")
if(SVM_BPF_CLANG)
    function(svm_bpf source object) # further arguments: options in place of -mcpu=v3
        get_filename_component(folder ${source} DIRECTORY)
        file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.h)
        get_filename_component(out_folder ${object} DIRECTORY)
        file(MAKE_DIRECTORY ${out_folder})
        file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${source})
        set(options ${ARGN})
        if(NOT options)
            set(options -mcpu=v3)
        endif()
        # Names of files in the debug information are relative to the source tree.
        add_custom_command(OUTPUT ${object} DEPENDS ${source} ${headers} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
            COMMAND ${SVM_BPF_CLANG} -O2 -g -target bpf ${options} -Wall -Werror -c ${name} -o ${object}
            COMMENT "Compiling ${name} for eBPF" VERBATIM)
        set(bpf_objects ${bpf_objects} ${object} PARENT_SCOPE)
    endfunction()
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/bpf/*.bpf.c)
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WLE)
        svm_bpf(${source} ${CMAKE_BINARY_DIR}/bpf/${name}.o)
    endforeach()
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/ebpf/*.c)
    set(native "")
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WLE)
        svm_bpf(${source} ${CMAKE_BINARY_DIR}/bench/${name}.o)
        set(so ${CMAKE_BINARY_DIR}/bench/${name}.so)
        add_custom_command(OUTPUT ${so} DEPENDS ${source} ${PROJECT_SOURCE_DIR}/bench/ebpf/bench.h
            COMMAND ${SVM_BPF_CLANG} -O2 -fPIC -shared -DNATIVE ${source} -o ${so}
            COMMENT "Compiling bench/ebpf/${name}.c for this machine" VERBATIM)
        list(APPEND native ${so})
    endforeach()
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/raw/*.c)
    foreach(source IN LISTS sources)
        get_filename_component(name ${source} NAME_WLE)
        svm_bpf(${source} ${CMAKE_BINARY_DIR}/bench-raw/${name}.o -mcpu=v2) # as far as librte_bpf goes
        set(so ${CMAKE_BINARY_DIR}/bench-raw/${name}.so)
        add_custom_command(OUTPUT ${so} DEPENDS ${source} ${PROJECT_SOURCE_DIR}/bench/raw/bench.h
            COMMAND ${SVM_BPF_CLANG} -O2 -fPIC -shared -DNATIVE ${source} -o ${so}
            COMMENT "Compiling bench/raw/${name}.c for this machine" VERBATIM)
        list(APPEND native ${so})
    endforeach()
    svm_bpf(${PROJECT_SOURCE_DIR}/bench/maps/maps.bpf.c ${CMAKE_BINARY_DIR}/bench-maps.o)
    add_custom_target(bench_native DEPENDS ${native})
    add_custom_target(bpf_programs ALL DEPENDS ${bpf_objects})
else()
    message(STATUS "clang for eBPF: none (examples and benchmarks are not compiled)")
endif()
