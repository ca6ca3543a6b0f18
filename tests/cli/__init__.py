"""The command line as an administrator and `score.py` use it."""
