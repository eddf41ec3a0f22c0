# the value has no lock
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
call 93
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 16 1
-- rejected argument-type: main: insn 8 (line 8): argument 1 of bpf_spin_lock: an argument is not what the function takes: r1 = map value of m, 16 bytes
-- kernel rejects map '' has to have BTF in order to use bpf_spin_lock
