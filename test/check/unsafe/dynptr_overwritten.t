# a dynptr with a record, written over
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call 198
*(u64 *)(r10 - 8) = 0
r1 = r10
r1 += -16
r2 = 0
call 199
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected dynptr: main: insn 7 (line 7): a dynptr that is not initialised, already is, or is of another kind
-- kernel rejects cannot overwrite referenced dynptr
