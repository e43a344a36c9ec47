"""Token buckets in Postgres, right over several server processes."""
