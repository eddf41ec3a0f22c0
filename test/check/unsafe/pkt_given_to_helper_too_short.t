# a key of 16 bytes, 14 checked
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r1 = map[0] ll
call 1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 16 8 4
-- rejected out-of-bounds: main: insn 7 (line 7): read of 16 bytes outside the packet: r2 = packet, 14 bytes checked, 16 needed
-- kernel rejects R2 offset is outside of the packet
