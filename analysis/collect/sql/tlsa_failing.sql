-- Domains with a mail host whose TLSA lookup itself fails (outcome, dane and dnssec by numbers,
-- crawler/core/words.h), each such host, and the name that was asked; a domain's together.
-- Neither the addresses nor the first alias record secure: what fails is the question for that
-- record, and TLSA was asked for --tlsa all only.
-- By tables: failing hosts are few, and the tables' indexes lead from these to their
-- domains; through the views SQLite reads all MX records.
WITH failing AS MATERIALIZED (
  SELECT t.id, CASE t.base_hop WHEN 0 THEN h.name
      ELSE (SELECT a.target FROM _alias AS a WHERE a.host = t.id AND a.hop = t.base_hop) END AS base
  FROM _host_tlsa AS t JOIN _host AS h ON h.id = t.id
  LEFT JOIN _host_detail AS d ON d.id = h.id
  WHERE t.outcome = 4 AND h.dane = 2 AND (h.dnssec = 1 OR d.alias_dnssec = 1)),
over AS MATERIALIZED (
  SELECT DISTINCT m.mx_set, failing.id, failing.base
  FROM failing JOIN _mx_record AS m ON m.host = failing.id)
SELECT s.id, over.id, over.base FROM over JOIN _surveyed AS s ON s.mx_set = over.mx_set
ORDER BY s.id
