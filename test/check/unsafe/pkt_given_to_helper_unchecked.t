# the key lies in the packet, and nothing was checked
-- asm
r2 = *(u32 *)(r1 + 0)
r1 = map[0] ll
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected out-of-bounds: main: insn 3 (line 3): read of 4 bytes outside the packet: r2 = packet, 0 bytes checked, 4 needed
-- kernel rejects R2 offset is outside of the packet
