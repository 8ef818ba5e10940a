"""People who are the only one of their subject or role in their school, together across schools."""
