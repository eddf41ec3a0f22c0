# on one way out the result is a value's address
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
if r6 > 3 goto out
r0 = 0
out:
r0 ^= 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected pointer-arithmetic: main: insn 10 (line 11): an operation that this kind of pointer does not allow: r0 = map value of m, 8 bytes
-- kernel rejects R0 bitwise operator ^= on pointer prohibited
