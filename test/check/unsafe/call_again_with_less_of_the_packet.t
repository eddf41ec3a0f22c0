# what the first call of f is given has 14 bytes, what the second is given only 8
-- asm
r6 = *(u32 *)(r1 + 0)
r7 = *(u32 *)(r1 + 4)
r1 = r6
r1 += 14
if r1 > r7 goto out
r1 = r6
call local f
r1 = r6
r1 += 6
call local f
out:
r0 = 1
exit
f:
r5 = 1
r5 = 2
r5 = 3
r5 = 4
r5 = 5
r5 = 6
r5 = 7
r0 = *(u64 *)(r1 + 6)
exit
-- ctx xdp
-- rejected out-of-bounds: f: insn 7 (line 22): read of 8 bytes outside the packet: r1 = packet + 6, 14 bytes checked, 20 needed
-- kernel rejects R1 offset is outside of the packet
