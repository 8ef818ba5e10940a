"""A school's calendar from an .ics file: what happens in it, what that means, what to keep."""
