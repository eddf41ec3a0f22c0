# run-away programs are stopped
-- asm
loop:
goto loop
-- options
budget 100000
-- trap FUEL
