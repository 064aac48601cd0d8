"""Before the data: who holds office, who is asked, and deliveries of synthetic answers until real ones arrive."""
