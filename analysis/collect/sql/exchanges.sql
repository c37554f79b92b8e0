-- Every exchange and mail host by numbers (crawler/core/words.h), resolved or not; the name where
-- the class alone does not say whether mail servers use it.  In this order: columns in
-- analysis/collect/passes/mx_records.c.
SELECT id, class, alias, address_outcome, ipv6_count, dane, CASE WHEN class IN (2, 5) THEN name END
FROM _host
