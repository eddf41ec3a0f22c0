# submitted, and discarded
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call 198
r1 = r10
r1 += -16
r2 = 0
call 199
r1 = r10
r1 += -16
r2 = 0
call 200
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected dynptr: main: insn 14 (line 14): a dynptr that is not initialised, already is, or is of another kind (bpf_ringbuf_discard_dynptr): r1 = stack - 16
-- kernel rejects arg 1 is an unacquired reference
