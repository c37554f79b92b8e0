-- What the run was and what it was told; strata.sql has the others.
SELECT key, value FROM run_info WHERE key NOT LIKE 'stratum.names.%' ORDER BY key LIMIT 1000
