"""Tests of reading, outlining, finding and answering."""
