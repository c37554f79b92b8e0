-- Aliases that MX records of secure domains name, by what DANE makes of them.
WITH records AS MATERIALIZED (
  SELECT DISTINCT domain, exchange FROM mx_records WHERE is_alias = 1),
effects AS MATERIALIZED (
  SELECT host,
         CASE WHEN dane IN ('usable', 'unusable') THEN
                CASE tlsa_base WHEN alias_target THEN 'expanded' WHEN host THEN 'initial' END
              WHEN dane = 'insecure' AND alias_dnssec IS NOT 'secure' THEN 'lost'
              WHEN dane IN ('none', 'failed', 'unreachable') THEN dane
         END AS effect
  FROM hosts WHERE alias IN ('cname', 'dname'))
SELECT effect, count(DISTINCT exchange), count(DISTINCT domain)
FROM records JOIN effects ON host = exchange
WHERE domain IN (SELECT domain FROM domains WHERE dnssec = 'secure')
GROUP BY effect
