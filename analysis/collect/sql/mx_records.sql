-- MX records and implicit mail hosts (preference NULL) by numbers, a set's together, lowest
-- preference first.  Domains share sets; sets that no domain has go at the end of a run
-- (schema/strays.sql).  In this order: columns in analysis/collect/mx_records.c.
SELECT mx_set, preference, host FROM _mx_record
WHERE (SELECT value = 'finished' FROM _run WHERE key = 'state')
  OR mx_set IN (SELECT mx_set FROM _surveyed)
ORDER BY mx_set, place
