-- Of a sample that was drawn from strata: the names that the lists have of each that was drawn by
-- itself.
SELECT substr(key, 15), value FROM run_info WHERE key LIKE 'stratum.names.%' LIMIT 65536
