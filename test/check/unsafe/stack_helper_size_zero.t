# a length of 0 where there must be a byte
-- asm
r1 = r10
r1 += -8
r2 = 0
call 16
r0 = 0
exit
-- ctx xdp
-- rejected argument-size: main: insn 3 (line 4): argument 2 of bpf_get_current_comm: a size that may be zero, negative or too large: r2 = 0, and [1, 536870912] is allowed
-- kernel rejects R2 invalid zero-sized read: u64=[0,0]
