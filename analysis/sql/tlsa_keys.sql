-- Keys of known CAs in usable records of usage 2, by hosts.  A host is broken,
-- as far as the DNS can tell, when all that a sender can use are stale such keys.
-- The first row sums over the keys: each host once.
WITH records AS MATERIALIZED (
  SELECT host, usage, known_key, key_status,
         usage = 2 AND known_key IS NOT NULL
           AND coalesce(key_status, '') IN ('retired', 'expired') AS stale
  FROM tlsa_records WHERE usable = 1),
judged AS MATERIALIZED (
  SELECT host, min(stale) AS only_stale FROM records GROUP BY host HAVING max(stale))
SELECT * FROM (
  SELECT NULL AS key, NULL AS status, count(*) AS hosts, coalesce(sum(only_stale), 0) AS broken,
         coalesce(sum(NOT only_stale), 0) AS leftover
  FROM judged)
UNION ALL
SELECT * FROM (
  SELECT known_key, key_status, count(DISTINCT host),
         count(DISTINCT CASE WHEN stale AND only_stale THEN host END),
         count(DISTINCT CASE WHEN stale AND NOT only_stale THEN host END)
  FROM records LEFT JOIN judged USING (host)
  WHERE usage = 2 AND known_key IS NOT NULL
  GROUP BY known_key, key_status
  ORDER BY count(DISTINCT host) DESC, known_key, key_status
  LIMIT 1000)
