-- MX records as in the view mx_records, but exchanges that are plainly no alias only once
-- or a few times: exchange, class and alias by numbers (crawler/core/words.h), and the
-- domain where the exchange is not plain.  plain(host): analysis/collect_hosts.c.
-- It reads tables in their own order: through the view, SQLite goes by an index, jumps about
-- in all other tables, and takes three times as long.
SELECT h.id, h.name, h.class, h.alias,
       CASE WHEN h.alias IS NOT 1 THEN (SELECT domain FROM _listed WHERE id = s.id) END
FROM _surveyed AS s NOT INDEXED
CROSS JOIN _mx_record AS m ON m.mx_set = s.mx_set
CROSS JOIN _host AS h ON h.id = m.host
WHERE m.preference IS NOT NULL AND NOT plain(m.host)
