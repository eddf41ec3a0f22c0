# Assembly with maps: declared, filled, read, changed, and looked at.
-- asm
    mov64 r6, r1
    r1 = map[0] ll
    mov64 r2, r10
    add64 r2, -4
    stw [r10-4], 7
    call 1
    jne r0, 0, found
    mov64 r0, 0
    exit
found:
    ldxdw r1, [r0]
    add64 r1, 1
    stxdw [r0], r1
    mov64 r0, r1
    exit
-- maps
map table hash 4 8 16
table 07000000 2900000000000000
-- result 42
-- maps-out
table 07000000 2a00000000000000
table 08000000 none
-- result 43
