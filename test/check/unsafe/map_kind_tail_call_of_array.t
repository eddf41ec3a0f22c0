# a tail call takes a prog array
-- asm
r2 = map[0] ll
r3 = 0
call 12
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 4 1
-- rejected map-type: main: insn 3 (line 3): bpf_tail_call: a function that does not work on this type of map
-- kernel rejects expected prog array map for tail call
