"""The pure core: time, calendar, process, clocks, case, decisions. No I/O, no clock, no async."""
