"""What the bot answers, one module per errand; this file is the list of errands in the order they are tried."""
