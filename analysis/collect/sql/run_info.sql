-- What the run was and what it was told.
SELECT key, value FROM run_info ORDER BY key LIMIT 1000
