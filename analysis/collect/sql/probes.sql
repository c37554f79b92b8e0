-- Every mail host that was met, words by numbers (crawler/core/words.h).  In this order: columns in
-- analysis/report/probe/probe.c.
SELECT p.id, p.outcome, p.tls_version, p.plaintext, m.id, m.pkix, m.names_host, m.names_target,
       m.dane
FROM _probe AS p LEFT JOIN _probe_match AS m ON m.id = p.id
ORDER BY p.id
