"""Child processes that decode, plan and render, and what starts and watches them."""
