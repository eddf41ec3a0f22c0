# the packet's end may not be moved
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r3 += 8
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected pointer-arithmetic: main: insn 2 (line 3): an operation that this kind of pointer does not allow: r3 = packet end
-- kernel rejects R3 pointer arithmetic on pkt_end prohibited
