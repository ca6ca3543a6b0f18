"""Stand-ins for the messaging platforms, over real HTTP, with the platforms' own semantics and faults.

Each platform has a folder of its own beside the shared parts:
`clock` (a clock that can be put forward), `server` (an HTTP server in a thread), `watch` (waiting for something to
become true), `wire` (how a test reaches the stand-in: in this process, or over HTTP in another one).
"""
