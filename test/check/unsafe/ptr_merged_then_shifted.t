# after a loop a register is an address or a number, and is used as one
-- asm
r6 = r1
r7 = 0
r8 = 0
again:
*(u32 *)(r10 - 4) = r8
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r7 += 16
r7 = r0
r8 += 1
if r8 < 4 goto again
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected null-check: main: insn 9 (line 10): r7 may be null: r7 = map value of m, or null, 8 bytes
-- kernel rejects R7 pointer arithmetic on map_value_or_null prohibited
