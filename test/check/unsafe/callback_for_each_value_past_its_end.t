# a value of 8 bytes, and a write behind it
-- asm
r1 = map[0] ll
r2 = func[cb] ll
r3 = 0
r4 = 0
call 164
r0 = 0
exit
cb:
*(u64 *)(r3 + 8) = 1
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 4
-- rejected out-of-bounds: cb: insn 0 (line 9): write of 8 bytes outside the map value: r3 = map value of m, 8 bytes, and the access ends at 16
-- kernel rejects R3 min value is outside of the allowed memory range
