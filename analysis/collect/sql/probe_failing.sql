-- Hosts that senders with DANE deliver nothing to (numbers: crawler/core/words.h): usable TLSA
-- records that do not match, or no TLS; and the domains with a secure MX answer that they are mail
-- hosts of.  First all of them, then those of each provider, then each host.
-- By tables, as in tlsa_failing.sql: they are few, and the indexes lead from them to their domains.
WITH failing AS MATERIALIZED (
  SELECT h.id, h.name, substr(h.name, -h.provider_length) AS provider, p.probe_outcome
  FROM (SELECT id, outcome AS probe_outcome FROM _probe) AS p JOIN _host AS h ON h.id = p.id
  LEFT JOIN _probe_match AS m ON m.id = p.id
  WHERE h.dane = 6 AND h.address_outcome = 1 AND p.probe_outcome IN (1, 2, 8)
    AND coalesce(m.dane, 0) = 0),
over AS MATERIALIZED (
  SELECT DISTINCT f.id, f.provider, m.mx_set
  FROM failing AS f JOIN _mx_record AS m ON m.host = f.id),
sizes AS MATERIALIZED (
  SELECT o.mx_set, (SELECT count(*) FROM _surveyed AS s WHERE s.mx_set = o.mx_set AND s.dnssec = 1)
    AS domains
  FROM (SELECT DISTINCT mx_set FROM over) AS o),
by_provider AS MATERIALIZED (
  SELECT o.provider, sum(s.domains) AS domains
  FROM (SELECT DISTINCT provider, mx_set FROM over) AS o JOIN sizes AS s ON s.mx_set = o.mx_set
  GROUP BY o.provider),
by_host AS MATERIALIZED (
  SELECT o.id, sum(s.domains) AS domains FROM over AS o JOIN sizes AS s ON s.mx_set = o.mx_set
  GROUP BY o.id)
SELECT 0 AS kind, NULL AS host, NULL AS provider, NULL AS outcome,
       (SELECT count(*) FROM failing) AS hosts,
       (SELECT coalesce(sum(domains), 0) FROM sizes) AS domains
UNION ALL
SELECT 1, NULL, f.provider, NULL, f.hosts, coalesce(b.domains, 0)
FROM (SELECT provider, count(*) AS hosts FROM failing WHERE provider NOT NULL GROUP BY provider) AS f
LEFT JOIN by_provider AS b ON b.provider = f.provider
UNION ALL
SELECT 2, f.name, f.provider, f.probe_outcome, 1, coalesce(b.domains, 0)
FROM failing AS f LEFT JOIN by_host AS b ON b.id = f.id
ORDER BY kind, domains DESC, host, provider
