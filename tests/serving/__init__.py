"""`kehoach serve` as a process, beside the stand-in."""
