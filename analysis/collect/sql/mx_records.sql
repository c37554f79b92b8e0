-- MX records and implicit mail hosts (preference NULL) by numbers, a domain's together, lowest
-- preference first: two tables merged, each in its own order.  In this order: columns in
-- analysis/collect/mx_records.c.
SELECT id, preference, host FROM surveyed WHERE host IS NOT NULL
UNION ALL
SELECT domain, preference, host FROM more_mx
ORDER BY 1, 2
