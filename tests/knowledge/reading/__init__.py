"""Tests of the readers; the files they read are made here, by other libraries or by hand."""
