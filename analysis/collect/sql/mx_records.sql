-- MX records and implicit mail hosts (preference NULL) by numbers, a set's together, lowest
-- preference first: domains share sets.  In this order: columns in analysis/collect/passes/mx_records.c.
SELECT mx_set, preference, host FROM _mx_record ORDER BY mx_set, place
