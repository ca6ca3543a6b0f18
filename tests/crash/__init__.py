"""The product killed at random moments: nothing is lost and nothing happens twice."""
