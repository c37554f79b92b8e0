-- Every MX record whose exchange is an alias, with who runs what.  `own`: domain and
-- exchange are of one registrable domain.
SELECT
    h.provider AS provider,
    registrable_domain(h.alias_target) AS target_provider,
    m.domain AS domain,
    m.preference AS preference,
    m.exchange AS exchange,
    h.alias_target AS alias_target,
    h.alias_problem AS alias_problem,
    coalesce(registrable_domain(m.domain) = h.provider, 0) AS own
FROM mx_records AS m
JOIN hosts AS h ON h.host = m.exchange
WHERE m.is_alias = 1
ORDER BY h.provider, m.exchange, m.domain, m.preference;
