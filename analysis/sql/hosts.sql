-- Sums over mail hosts: one row for each provider, and one with provider NULL
-- for the hosts without.  Estimates are triples: of, count, unanswered.
WITH facts AS MATERIALIZED ( -- else the list of names is made at every use
  SELECT provider, alias, address_outcome, dnssec, dane,
         -- a domain may be an alias, its exchange may not: hosts of implicit MX are left out
         -- (GROUP BY: sorting the names first is cheaper than a search for each record)
         host IN (SELECT exchange FROM mx_records
                  WHERE exchange_class IN ('host', 'single_label', 'invalid')
                  GROUP BY exchange) AS named
  FROM hosts)
SELECT provider,
  count(*),
  -- cname_mx_hosts
  sum(named AND alias IS NOT NULL), sum(named AND alias IN ('cname', 'dname')),
  sum(named AND alias IS NULL),
  -- secure_hosts
  sum(address_outcome IS 'answer'), sum(address_outcome IS 'answer' AND dnssec IS 'secure'),
  sum(address_outcome IS 'failed'),
  -- hosts_with_tlsa
  sum(dane IN ('none', 'unusable', 'usable')), sum(dane IN ('unusable', 'usable')),
  sum(dane IS 'failed')
FROM facts GROUP BY provider
