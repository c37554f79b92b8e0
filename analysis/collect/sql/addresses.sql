-- Every address, a host's together.
SELECT host, address FROM _address ORDER BY host
