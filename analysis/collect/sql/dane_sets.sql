-- Hosts with usable TLSA records: the name that holds these, and all of them in order.
SELECT min(base), group_concat(record, ';') FROM (
  SELECT host, base, usage || ' ' || selector || ' ' || matching_type || ' ' || data AS record
  FROM tlsa_records WHERE usable = 1 ORDER BY host, record)
GROUP BY host
