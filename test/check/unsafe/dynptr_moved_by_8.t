# half of a dynptr
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call 198
*(u64 *)(r10 - 24) = 0
r1 = r10
r1 += -24
r2 = 0
call 199
r1 = r10
r1 += -16
r2 = 0
call 199
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected dynptr: main: insn 11 (line 11): a dynptr that is not initialised, already is, or is of another kind (bpf_ringbuf_submit_dynptr): r1 = stack - 24
-- kernel rejects arg 1 is an unacquired reference
