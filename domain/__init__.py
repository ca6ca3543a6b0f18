"""The office's words and rules in plain Python: plans, tasks, deadlines, progress, reminders, messages."""
