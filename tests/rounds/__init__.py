"""Whole rounds as a new office goes through them: installed by the commands, then everything else in chat."""
