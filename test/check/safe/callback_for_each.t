# sums the values of a map
-- asm
*(u64 *)(r10 - 8) = 0
r1 = map[0] ll
r2 = func[cb] ll
r3 = r10
r3 += -8
r4 = 0
call 164
r0 = *(u64 *)(r10 - 8)
exit
cb:
r5 = *(u64 *)(r3 + 0)
r0 = *(u64 *)(r4 + 0)
r0 += r5
*(u64 *)(r4 + 0) = r0
r0 = *(u32 *)(r2 + 0)
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- accepted
