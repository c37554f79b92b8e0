-- Domains by what a public extract may say of them, at its finest.  Providers of fewer
-- domains than the least cannot have a row of their own; they are left out of the sorting.
CREATE TEMP TABLE parts AS
WITH large (provider) AS (
    SELECT provider FROM domains GROUP BY provider HAVING count(*) >= %lld
)
SELECT
    d.mx_outcome AS mx_outcome,
    CASE
        WHEN d.cname_mx_count > 0 THEN 'yes'
        WHEN d.unknown_mx_count > 0 THEN 'unknown'
        WHEN d.mx_count > 0 THEN 'no'
    END AS cname,
    d.suffix AS suffix,
    d.stratum AS stratum,
    CASE WHEN d.provider IS NULL OR d.provider IN large THEN d.provider ELSE '*' END AS provider,
    d.dnssec AS dnssec,
    d.dane AS dane,
    d.sts AS sts,
    count(*) AS domains
FROM domains AS d
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
