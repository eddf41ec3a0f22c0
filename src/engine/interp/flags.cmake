# gcc merges the dispatches of the handlers into one, and the branch predictor loses its context:
# 13.6 instead of 7.1 on the prototype's programs. -ffp-contract: a product that is added rounds twice.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/exec.c ${CMAKE_CURRENT_LIST_DIR}/typed/exec.c
    ${CMAKE_CURRENT_LIST_DIR}/typed/exec_vec.c PROPERTIES COMPILE_OPTIONS
    "-ffp-contract=off;-fno-math-errno;$<$<C_COMPILER_ID:GNU>:-fno-gcse;-fno-crossjumping>")
