"""What templates need in order to show things: dates, statuses, chips, strips, forms."""
