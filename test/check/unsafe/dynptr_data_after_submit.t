# a slice of a record that was given away
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
r3 = 8
call 203
r6 = r0
r1 = r10
r1 += -16
r2 = 0
call 199
if r6 == 0 goto out
*(u64 *)(r6 + 0) = 1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected not-a-pointer: main: insn 18 (line 18): write of 8 bytes at an address that is a number: r6 = [1, 2^64-1]
-- kernel rejects R6 invalid mem access 'scalar'
