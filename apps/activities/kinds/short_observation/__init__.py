"""Short focused observations."""
