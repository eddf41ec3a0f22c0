# a loop without end
-- asm
again:
goto again
-- options
budget 100000
-- trap FUEL
