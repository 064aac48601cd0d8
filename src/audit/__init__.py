"""The attacker: reads the published files themselves, and solves for what they pin down about few people."""
