"""The chat model, against an OpenAI-compatible server on this machine that also lies, rambles and fails."""
