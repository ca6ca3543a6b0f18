"""House rules: what holds for the whole tree, whoever wrote it."""
