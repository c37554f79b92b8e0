-- Every domain, words by numbers (crawler/core/words.h): the view domains, which has no number of
-- a domain that MX records could be joined by.  In this order: columns in
-- analysis/collect/domains.c.
SELECT s.id, l.domain, l.id + l.rank_offset,
       CASE WHEN l.suffix_stratum & 255 THEN substr(l.domain, -(l.suffix_stratum & 255)) END,
       (SELECT t.stratum FROM _stratum AS t
         WHERE t.id = l.suffix_stratum >> 8 AND l.suffix_stratum > 255),
       s.mx_outcome, d.failure, d.ede, s.dnssec, s.mx_count, s.cname_mx_count,
       CASE WHEN s.provider < 0 THEN substr(l.domain, s.provider)
         ELSE substr(h.name, -h.provider_length) END,
       s.dane,
       s.dane_ready, d.tlsa_failures, s.sts, p.cname_effect, s.tlsrpt
FROM _surveyed AS s
JOIN _listed AS l ON l.id = s.id
LEFT JOIN _surveyed_detail AS d ON d.id = s.id
LEFT JOIN _sts_policy AS p ON p.id = s.id
LEFT JOIN _host AS h ON h.id = s.provider
