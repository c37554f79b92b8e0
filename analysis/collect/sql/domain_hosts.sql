-- Each domain's exchanges and mail hosts by numbers, a domain's together.
SELECT s.id, m.host
FROM _surveyed AS s NOT INDEXED CROSS JOIN _mx_record AS m ON m.mx_set = s.mx_set
ORDER BY s.id, m.place
