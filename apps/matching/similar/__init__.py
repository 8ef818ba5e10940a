"""Schools most like a school, exactly. Never by what an inspection said of them."""
