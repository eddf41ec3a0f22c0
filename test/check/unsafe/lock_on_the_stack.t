# a lock stands in a map's value
-- asm
*(u64 *)(r10 - 8) = 0
r1 = r10
r1 += -8
call 93
r0 = 0
exit
-- ctx xdp
-- rejected argument-type: main: insn 3 (line 4): argument 1 of bpf_spin_lock: an argument is not what the function takes: r1 = stack - 8
-- kernel rejects R1 type=fp expected=map_value, ptr_
