# the entry may be missing
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r0 = *(u32 *)(r0 + 0)
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected null-check: main: insn 6 (line 6): r0 may be null: r0 = map value of m, or null, 8 bytes
-- kernel rejects R0 invalid mem access 'map_value_or_null'
