# a dynptr stands in the frame, nowhere else
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r4 = r0
r1 = map[1] ll
r2 = 8
r3 = 0
call 198
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
map rb ringbuf 0 0 4096
-- rejected dynptr: main: insn 12 (line 11): a dynptr that is not initialised, already is, or is of another kind (bpf_ringbuf_reserve_dynptr): r4 = map value of m, 64 bytes
-- kernel rejects R4 type=map_value expected=fp, dynptr_ptr
