# no atomic operations on packets
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 + 0) += r5
out:
r0 = 0
exit
-- ctx xdp
-- rejected pointer-arithmetic: main: insn 6 (line 7): an operation that this kind of pointer does not allow (atomic): r2 = packet, 8 bytes checked
-- kernel rejects BPF_ATOMIC stores into R2 pkt is not allowed
