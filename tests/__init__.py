"""Conversations first, then the rules, the parts and the whole under faults."""
