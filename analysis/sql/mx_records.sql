-- Every MX record; the domain only of those that are not plainly "no alias".
SELECT exchange, exchange_class, is_alias, CASE WHEN is_alias IS NOT 0 THEN domain END
FROM mx_records
