# where a dynptr stands is aligned
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
r4 = r10
r4 += -20
call 198
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected dynptr: main: insn 6 (line 6): a dynptr that is not initialised, already is, or is of another kind (bpf_ringbuf_reserve_dynptr): r4 = stack - 20
-- kernel rejects Dynptr has to be an uninitialized dynptr
