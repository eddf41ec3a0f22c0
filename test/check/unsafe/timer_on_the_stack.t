# a timer stands in a map's value
-- asm
r1 = r10
r1 += -16
r2 = map[0] ll
r3 = 0
call 169
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 16 1
-- rejected argument-type: main: insn 5 (line 5): argument 1 of bpf_timer_init: an argument is not what the function takes: r1 = stack - 16
-- kernel rejects R1 type=fp expected=map_value
