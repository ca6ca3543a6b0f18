"""`make bench`: what the product costs, beside a yardstick measured in the same run."""
