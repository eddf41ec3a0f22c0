# the callback moves the packet that its caller has checked
-- asm
r6 = r1
r7 = *(u32 *)(r1 + 0)
r8 = *(u32 *)(r1 + 4)
r4 = r7
r4 += 14
if r4 > r8 goto out
*(u64 *)(r10 - 8) = r1
r1 = 1
r2 = func[cb] ll
r3 = r10
r3 += -8
r4 = 0
call 181
r0 = *(u8 *)(r7 + 0)
out:
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 + 0)
r2 = 4
call 44
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 14 (line 14): read of 1 byte at an address that is a number: r7 = any number
-- kernel rejects R7 invalid mem access 'scalar'
