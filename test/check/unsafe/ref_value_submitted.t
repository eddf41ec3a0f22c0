# a map's value is no record
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- rejected argument-type: main: insn 9 (line 9): argument 1 of bpf_ringbuf_submit: an argument is not what the function takes: r1 = map value of m, 8 bytes
-- kernel rejects R1 type=map_value expected=ringbuf_mem
