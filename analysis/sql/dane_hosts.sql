-- Sums over mail hosts about TLSA: one row.
SELECT
  count(dane), -- 0: a survey without TLSA lookups
  sum(dane IS 'usable'), sum(dane IS 'unusable'), sum(dane IS 'none'),
  sum(dane IS 'insecure'), sum(dane IS 'failed'), sum(dane IS 'unreachable'),
  sum(dane IS 'failed' AND tlsa_outcome IS 'failed'),
  -- in a zone without DNSSEC: hosts, records
  sum(dane IS 'insecure' AND tlsa_dnssec IS 'insecure' AND tlsa_count > 0),
  sum(CASE WHEN dane IS 'insecure' AND tlsa_dnssec IS 'insecure' THEN tlsa_count END),
  -- in a secure zone, but the records are reached over an insecure alias: hosts, records
  sum(dane IS 'none' AND tlsa_dnssec IS 'insecure' AND tlsa_count > 0),
  sum(CASE WHEN dane IS 'none' AND tlsa_dnssec IS 'insecure' THEN tlsa_count END)
FROM hosts
