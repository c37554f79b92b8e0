-- Hosts that senders with DANE deliver nothing to (numbers: crawler/core/words.h): usable TLSA
-- records that do not match, or no TLS; and the domains with a secure MX answer that they are mail
-- hosts of.  First all of them, then those of each provider, then each host.
-- By tables, as in tlsa_failing.sql: they are few, and the indexes lead from them to their domains.
WITH failing AS MATERIALIZED (
  SELECT h.id, h.name, substr(h.name, -h.provider_length) AS provider, p.outcome
  FROM _probe AS p JOIN _host AS h ON h.id = p.id LEFT JOIN _probe_match AS m ON m.id = p.id
  WHERE h.dane = 6 AND h.address_outcome = 1 AND p.outcome IN (1, 2, 8) AND m.dane IS NOT 1),
over AS MATERIALIZED (
  SELECT DISTINCT f.id, f.provider, m.mx_set
  FROM failing AS f JOIN _mx_record AS m ON m.host = f.id),
sizes AS MATERIALIZED (
  SELECT o.mx_set, (SELECT count(*) FROM _surveyed AS s WHERE s.mx_set = o.mx_set AND s.dnssec = 1)
    AS domains
  FROM (SELECT DISTINCT mx_set FROM over) AS o)
SELECT 0 AS kind, NULL AS host, NULL AS provider, NULL AS outcome,
       (SELECT count(*) FROM failing) AS hosts,
       (SELECT coalesce(sum(domains), 0) FROM sizes) AS domains
UNION ALL
SELECT 1, NULL, f.provider, NULL, count(*),
       (SELECT coalesce(sum(s.domains), 0) FROM sizes AS s WHERE s.mx_set IN
         (SELECT o.mx_set FROM over AS o WHERE o.provider = f.provider))
FROM failing AS f WHERE f.provider NOT NULL GROUP BY f.provider
UNION ALL
SELECT 2, f.name, f.provider, f.outcome, 1,
       (SELECT coalesce(sum(s.domains), 0) FROM over AS o JOIN sizes AS s ON s.mx_set = o.mx_set
        WHERE o.id = f.id)
FROM failing AS f
ORDER BY kind, domains DESC, host, provider
