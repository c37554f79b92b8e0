-- Domains with an alias exchange, a row for each of their MX records, a domain's together.  In
-- this order: columns in analysis/report_senders.c; words are numbers (crawler/core/words.h).
-- By tables, as in tlsa_failing_domains.sql: alias hosts are few.
WITH aliased AS MATERIALIZED (SELECT id FROM host WHERE alias > 1),
over AS MATERIALIZED (
  SELECT s.id FROM aliased JOIN surveyed AS s ON s.host = aliased.id WHERE s.preference NOT NULL
  UNION
  SELECT m.domain FROM aliased JOIN more_mx AS m ON m.host = aliased.id),
record AS (
  SELECT s.id AS domain, s.preference, s.host FROM over JOIN surveyed AS s ON s.id = over.id
  WHERE s.preference NOT NULL
  UNION ALL
  SELECT m.domain, m.preference, m.host FROM over JOIN more_mx AS m ON m.domain = over.id)
SELECT r.domain, s.dnssec, s.sts, r.preference, h.name, h.class, h.address_outcome, h.alias, h.dane,
       coalesce(d.dane_exim, h.dane), t.name, t.target
FROM record AS r
JOIN surveyed AS s ON s.id = r.domain
JOIN host AS h ON h.id = r.host
LEFT JOIN host_detail AS d ON d.id = r.host
LEFT JOIN sts_match AS t ON t.domain = r.domain AND t.host = r.host
ORDER BY r.domain
