-- MX records as in the view mx_records, but exchanges that are plainly no alias only once
-- or a few times: exchange, class and alias by numbers (crawler/core/words.h), and the
-- domain where the exchange is not plain.  plain(host): analysis/collect_hosts.c.
-- It reads tables: through the view, SQLite goes by the index of the
-- hosts, jumps about in all other tables, and takes three times as long.
SELECT h.id, h.name, h.class, h.alias,
       CASE WHEN h.alias IS NOT 1 THEN (SELECT domain FROM listed WHERE id = s.id) END
FROM surveyed AS s NOT INDEXED CROSS JOIN host AS h ON h.id = s.host
WHERE s.preference IS NOT NULL AND NOT plain(s.host)
UNION ALL
SELECT h.id, h.name, h.class, h.alias,
       CASE WHEN h.alias IS NOT 1 THEN (SELECT domain FROM listed WHERE id = m.domain) END
FROM more_mx AS m NOT INDEXED CROSS JOIN host AS h ON h.id = m.host
WHERE NOT plain(m.host)
