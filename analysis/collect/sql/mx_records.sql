-- MX records and implicit mail hosts (preference NULL) by numbers, a domain's together, lowest
-- preference first: the domains in their order.  In this order: columns in
-- analysis/collect/mx_records.c.
SELECT s.id, m.preference, m.host
FROM _surveyed AS s NOT INDEXED CROSS JOIN _mx_record AS m ON m.mx_set = s.mx_set
ORDER BY s.id, m.place
