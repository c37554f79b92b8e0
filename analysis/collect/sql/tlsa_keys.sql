-- Known keys in records that senders go by, by hosts: usable ones, and for each usage
-- and selector no SHA-256 beside a SHA-512 (RFC 7671 s9).  Stale is what matches no
-- certificate of today: a key that is expired, retired, never sent, or none at all; and
-- whatever CA's key it is where the server's own belongs (usage 3).  A root that is never
-- sent matches all the same when the record holds it whole (RFC 7671 s5.2.2).  All that a
-- sender can go by at a host may be keys that are out of use: stale ones only, or
-- backups, with stale ones or without; beside others stale ones are leftovers.  The
-- first row sums over the keys: each host once.
WITH usable AS (
  SELECT *, max(matching_type = 2) OVER (PARTITION BY host, usage, selector) AS has_sha512
  FROM tlsa_records WHERE usable = 1),
records AS MATERIALIZED (
  SELECT host, usage, known_key, key_status,
         known_key IS NOT NULL
           AND (usage = 3 OR coalesce(key_status, '') IN ('retired', 'expired', 'junk')
                OR coalesce(key_status, '') = 'unsent' AND matching_type <> 0) AS stale,
         known_key IS NOT NULL AND coalesce(key_status, '') = 'backup' AS backup
  FROM usable WHERE matching_type <> 1 OR NOT has_sha512),
judged AS MATERIALIZED (
  SELECT host, CASE WHEN min(stale) THEN 'stale' WHEN min(stale OR backup) THEN 'backup'
                    WHEN max(stale) THEN 'leftover' END AS verdict
  FROM records GROUP BY host)
SELECT * FROM (
  SELECT NULL AS key, NULL AS status, count(verdict) AS hosts,
         count(CASE verdict WHEN 'stale' THEN 1 END) AS broken,
         count(CASE verdict WHEN 'backup' THEN 1 END) AS idle,
         count(CASE verdict WHEN 'leftover' THEN 1 END) AS leftover
  FROM judged)
UNION ALL
SELECT * FROM (
  SELECT known_key, key_status, count(DISTINCT host),
         count(DISTINCT CASE WHEN stale AND verdict = 'stale' THEN host END),
         count(DISTINCT CASE WHEN verdict = 'backup' THEN host END),
         count(DISTINCT CASE WHEN stale AND verdict = 'leftover' THEN host END)
  FROM records JOIN judged USING (host)
  WHERE known_key IS NOT NULL
  GROUP BY known_key, key_status
  ORDER BY count(DISTINCT host) DESC, known_key, key_status
  LIMIT 1000)
