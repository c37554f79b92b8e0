-- Every mail host, words by numbers (crawler/core/words.h): the view hosts, which has no number of
-- a host that MX records could be joined by.  In this order: columns in analysis/collect/passes/hosts.c.
SELECT h.id, h.name, h.provider_length, h.address_outcome, d.ede, h.dnssec, h.alias, h.dane,
       t.outcome, t.dnssec, t.count, t.base_hop,
       CASE WHEN h.alias > 1
         THEN (SELECT coalesce(max(a.hop), 0) FROM _alias AS a WHERE a.host = h.id) END,
       CASE WHEN h.alias > 1
         THEN (SELECT a.target FROM _alias AS a WHERE a.host = h.id ORDER BY a.hop DESC LIMIT 1) END,
       d.alias_dnssec, d.alias_problem
FROM _host AS h
LEFT JOIN _host_detail AS d ON d.id = CASE WHEN h.details & 1 THEN h.id END
LEFT JOIN _host_tlsa AS t ON t.id = CASE WHEN h.details & 2 THEN h.id END
WHERE h.address_outcome > 0
