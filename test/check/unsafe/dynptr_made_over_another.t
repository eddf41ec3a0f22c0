# a second dynptr where the first stands
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call 198
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
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected dynptr: main: insn 13 (line 12): a dynptr that is not initialised, already is, or is of another kind
-- kernel rejects cannot overwrite referenced dynptr
