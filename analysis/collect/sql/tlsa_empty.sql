-- Hosts with a TLSA record without data: the first in text order, each beside the number
-- of all.
WITH empty AS MATERIALIZED (SELECT DISTINCT +host AS host FROM tlsa_records WHERE data = '')
SELECT host, (SELECT count(*) FROM empty) FROM empty ORDER BY host LIMIT 10
