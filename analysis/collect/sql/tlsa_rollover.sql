-- Hosts that are not ready for another key or certificate, by the records that senders go
-- by (as in tlsa_keys.sql): a single one; none but of whole certificates (usage 3,
-- selector 0).  A host may be both.
WITH usable AS (
  SELECT *, max(matching_type = 2) OVER (PARTITION BY host, usage, selector) AS has_sha512
  FROM tlsa_records WHERE usable = 1)
SELECT coalesce(sum(records = 1), 0), coalesce(sum(of_certificate), 0) FROM (
  SELECT count(*) AS records, min(usage = 3 AND selector = 0) AS of_certificate
  FROM usable WHERE matching_type <> 1 OR NOT has_sha512 GROUP BY host)
