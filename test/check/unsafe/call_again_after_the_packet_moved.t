# the function moves the packet, each time that it is called
-- asm
r6 = r1
r7 = *(u32 *)(r6 + 0)
r8 = *(u32 *)(r6 + 4)
r1 = r6
call local f
r7 = *(u32 *)(r6 + 0)
r8 = *(u32 *)(r6 + 4)
r1 = r7
r1 += 2
if r1 > r8 goto out
r1 = r6
call local f
r0 = *(u8 *)(r7 + 0)
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
r2 = 0
call 44
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 12 (line 13): read of 1 byte at an address that is a number: r7 = any number
-- kernel rejects R7 invalid mem access 'scalar'
