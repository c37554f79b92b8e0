-- Policies to enforce (mode 1) or to test (2) and their MX records but `.` (class 1), which
-- is in the table because it never matches: domains with such records, those where one at
-- least does not match by its name, those where none does.
SELECT p.mode, count(*), sum(m.least <= 0), sum(m.most <= 0)
FROM (
  SELECT t.domain AS domain, min(t.name) AS least, max(t.name) AS most
  FROM _sts_match AS t CROSS JOIN _host AS h ON h.id = t.host
  WHERE h.class <> 1
  GROUP BY t.domain) AS m
CROSS JOIN _sts_policy AS p ON p.id = m.domain
WHERE p.mode IN (1, 2)
GROUP BY p.mode
