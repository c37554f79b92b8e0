-- The addresses of hosts with DANE (dane 6: usable), each once.  By tables: those that were asked
-- for TLSA are few.
SELECT DISTINCT a.address, a.family
FROM _host_tlsa AS t CROSS JOIN _host AS h ON h.id = t.id CROSS JOIN _address AS a ON a.host = t.id
WHERE h.dane = 6
