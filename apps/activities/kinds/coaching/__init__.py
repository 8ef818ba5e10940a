"""Coaching: GROW conversations and instructional coaching."""
