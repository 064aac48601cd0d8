"""From the files that a bureau delivers to harmonised rows: passports, column maps, corrections, and what is wrong."""
