"""Periodic reports: their content, their words and the files made of them."""
