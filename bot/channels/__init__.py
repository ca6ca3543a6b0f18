"""The apps people write from, one module each; a channel reads raw updates and sends replies."""
