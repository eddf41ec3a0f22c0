# a hash has no first value
-- asm
r1 = map[0][0] ll
r0 = *(u64 *)(r1 + 0)
exit
-- ctx xdp
-- maps
map m hash 4 16 1
-- rejected map-access: main: insn 0 (line 1): read of 0 bytes: this map's memory cannot be accessed directly (m)
-- kernel rejects no direct value access support for this map type
