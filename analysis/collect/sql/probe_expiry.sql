-- Hosts whose own certificate had expired when they were met, or was to expire within 7, 14 and 30
-- days, and how many distinct certificates these are.
WITH shown AS MATERIALIZED (
  SELECT m.leaf, c.not_after - p.probed_at AS seconds
  FROM _probe_match AS m JOIN _probe AS p ON p.id = m.id JOIN _certificate AS c ON c.id = m.leaf)
SELECT count(*) FILTER (WHERE seconds < 0),
       count(DISTINCT CASE WHEN seconds < 0 THEN leaf END),
       count(*) FILTER (WHERE seconds BETWEEN 0 AND 7 * 86400 - 1),
       count(DISTINCT CASE WHEN seconds BETWEEN 0 AND 7 * 86400 - 1 THEN leaf END),
       count(*) FILTER (WHERE seconds BETWEEN 0 AND 14 * 86400 - 1),
       count(DISTINCT CASE WHEN seconds BETWEEN 0 AND 14 * 86400 - 1 THEN leaf END),
       count(*) FILTER (WHERE seconds BETWEEN 0 AND 30 * 86400 - 1),
       count(DISTINCT CASE WHEN seconds BETWEEN 0 AND 30 * 86400 - 1 THEN leaf END)
FROM shown
