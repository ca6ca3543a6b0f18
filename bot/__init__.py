"""Talks to the world: channels, web, command line; wires everything together."""
