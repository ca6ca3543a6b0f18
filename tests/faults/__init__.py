"""Fault runs: apps that fail in every way they are known to, and an account of every message afterwards."""
