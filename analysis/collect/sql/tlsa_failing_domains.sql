-- Domains with a mail host whose TLSA lookup itself fails (outcome and dane by numbers,
-- crawler/core/words.h).
-- By tables: failing hosts are few, and the tables' indexes lead from these to their
-- domains; through the views SQLite reads all MX records.
WITH failing AS MATERIALIZED (
  SELECT t.id FROM _host_tlsa AS t JOIN _host AS h ON h.id = t.id
  WHERE t.outcome = 4 AND h.dane = 2),
over AS MATERIALIZED (
  SELECT DISTINCT m.mx_set FROM failing JOIN _mx_record AS m ON m.host = failing.id)
SELECT count(*) FROM over JOIN _surveyed AS s ON s.mx_set = over.mx_set
