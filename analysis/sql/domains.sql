-- Sums over domains and their MX records: one row for each provider, and one
-- with provider NULL for the domains without.  Estimates are triples: of,
-- count, unanswered.
WITH records AS MATERIALIZED (
  -- only the few MX records that are not plainly "no alias", by domain
  SELECT domain,
         sum(is_alias IS 1) AS aliases,
         sum(is_alias IS NULL) AS unjudged,
         -- asked, without an answer: an exchange that is never resolved (class,
         -- opt-out) has no row in hosts
         sum(is_alias IS NULL AND exchange_class IN ('host', 'single_label', 'invalid')
             AND exchange IN (SELECT host FROM hosts WHERE alias IS NULL)) AS unknown
  FROM mx_records WHERE is_alias IS NOT 0 GROUP BY domain),
facts AS MATERIALIZED (
  SELECT provider, mx_outcome, dnssec, mx_count, dane, tlsa_failures, sts, sts_cname_effect,
         coalesce(aliases, 0) AS aliases,
         coalesce(unjudged, 0) AS unjudged,
         coalesce(unknown, 0) AS unknown,
         mx_outcome IS 'failed' AS failed,
         mx_outcome IS 'mx' AND (coalesce(aliases, 0) > 0 OR coalesce(unknown, 0) = 0) AS judged,
         mx_outcome IS 'mx' AND coalesce(aliases, 0) = 0 AND coalesce(unknown, 0) > 0 AS doubtful
  FROM domains LEFT JOIN records USING (domain))
SELECT provider,
  count(*),
  sum(mx_outcome IS 'mx'), sum(mx_outcome IS 'null_mx'), sum(mx_outcome IS 'implicit_mx'),
  sum(mx_outcome IS 'no_service'), sum(mx_outcome IS 'nxdomain'), sum(failed),
  -- domains_with_cname_mx
  sum(judged), sum(judged AND aliases > 0), sum(failed OR doubtful),
  -- the same, dnssec_secure: whether a failed domain is secure is not known
  sum(judged AND dnssec IS 'secure'), sum(judged AND dnssec IS 'secure' AND aliases > 0),
  sum(failed OR (doubtful AND dnssec IS 'secure')),
  -- cname_mx_records
  sum(coalesce(mx_count, 0) - unjudged), sum(aliases), sum(unknown),
  -- secure_domains
  sum(NOT failed), sum(NOT failed AND dnssec IS 'secure'), sum(failed),
  -- domains_dane_complete
  sum(dane IN ('complete', 'primary', 'partial', 'none')), sum(dane IS 'complete'), sum(failed),
  -- domains_with_sts
  sum(sts <> 'failed'), sum(sts IN ('enforce', 'testing', 'off')),
  sum(failed OR sts IS 'failed'),
  -- sts_refused_by_target_matching
  sum(sts_cname_effect IS NOT NULL), sum(sts_cname_effect IN ('name_only', 'mixed')),
  sum(aliases > 0 AND (sts IS 'failed' OR sts IS 'unavailable')),
  -- domains by dane
  sum(dane IS 'complete'), sum(dane IS 'primary'), sum(dane IS 'partial'), sum(dane IS 'none'),
  sum(dane IS 'insecure'), sum(dane IS 'failed'),
  -- what breaks mail, of the domains that have mail hosts
  sum(dane <> 'failed'), sum(tlsa_failures > 0)
FROM facts GROUP BY provider
