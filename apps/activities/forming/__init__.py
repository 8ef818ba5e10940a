"""Groups of people who would like one: a call of an alliance, what people wish, and the groups
that are made of them. Which kinds there are groups of, and of what size, the kinds say."""
