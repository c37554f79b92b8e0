-- Domains with an alias exchange, a row for each of their MX records, a domain's together.  In
-- this order: columns in analysis/report/senders/senders.c; words are numbers (crawler/core/words.h).
-- By tables, as in tlsa_failing_domains.sql: alias hosts are few.
WITH aliased AS MATERIALIZED (SELECT id FROM _host WHERE alias > 1),
over AS MATERIALIZED (
  SELECT DISTINCT m.mx_set FROM aliased JOIN _mx_record AS m ON m.host = aliased.id
  WHERE m.preference IS NOT NULL)
SELECT s.id, s.dnssec, s.sts, m.preference, h.name, h.class, h.address_outcome, h.alias, h.dane,
       coalesce(d.dane_exim, h.dane), t.name, t.target,
       p.outcome, v.pkix IS NULL AND v.names_host, v.pkix IS NULL AND v.names_target, v.dane
FROM over
JOIN _surveyed AS s ON s.mx_set = over.mx_set
JOIN _mx_record AS m ON m.mx_set = over.mx_set
JOIN _host AS h ON h.id = m.host
LEFT JOIN _host_detail AS d ON d.id = m.host
LEFT JOIN _probe AS p ON p.id = m.host
LEFT JOIN _probe_match AS v ON v.id = m.host
LEFT JOIN _sts_match AS t ON t.domain = s.id AND t.host = m.host
ORDER BY s.id, m.place
