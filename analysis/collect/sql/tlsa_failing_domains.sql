-- Domains with a mail host whose TLSA lookup itself fails (outcome, dane and dnssec by numbers,
-- crawler/core/words.h); surveyed.host is the main exchange, or the implicit mail host.
-- Neither the addresses nor the first alias record secure: what fails is the question for that
-- record, and TLSA was asked for --tlsa all only.
-- By tables: failing hosts are few, and the tables' indexes lead from these to their
-- domains; through the views SQLite reads all MX records.
WITH failing AS MATERIALIZED (
  SELECT t.id FROM host_tlsa AS t JOIN host AS h ON h.id = t.id
  LEFT JOIN host_detail AS d ON d.id = h.id
  WHERE t.outcome = 4 AND h.dane = 2 AND (h.dnssec = 1 OR d.alias_dnssec = 1))
SELECT count(*) FROM (
  SELECT s.id FROM failing JOIN surveyed AS s ON s.host = failing.id
  UNION
  SELECT m.domain FROM failing JOIN more_mx AS m ON m.host = failing.id)
