-- The digests in usable records of usage 2 that no row of data/ca-keys.csv has, most
-- hosts first: what the next table should know.  First the ten, then their providers.
WITH unknown AS (
  SELECT host, selector, matching_type, data FROM tlsa_records
  WHERE usable = 1 AND usage = 2 AND matching_type IN (1, 2) AND known_key IS NULL
    AND data <> ''),
top AS MATERIALIZED (
  SELECT selector, matching_type, data, count(DISTINCT host) AS hosts FROM unknown
  GROUP BY selector, matching_type, data
  ORDER BY hosts DESC, data, selector, matching_type LIMIT 10)
SELECT selector, matching_type, data, max(top.hosts), count(DISTINCT provider)
FROM top JOIN unknown USING (selector, matching_type, data) JOIN hosts USING (host)
GROUP BY selector, matching_type, data
ORDER BY max(top.hosts) DESC, data, selector, matching_type
