"""The Faust host: transport, table store, commit protocol, timers and the wall clock."""
