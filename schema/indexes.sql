-- indexes.sql - what lookups by name need; built when a survey is finished,
-- because sorting once is ten times cheaper than keeping order on the way.
CREATE UNIQUE INDEX _listed_domain ON _listed (domain);
CREATE INDEX _surveyed_mx_set ON _surveyed (mx_set) WHERE mx_set IS NOT NULL;
CREATE INDEX _mx_record_host ON _mx_record (host);
CREATE UNIQUE INDEX _host_name ON _host (name);
-- Aliases are few: what asks for them begins with these.  SQLite takes such an index only where a
-- query has its very condition: the first is `is_alias = 1` of a view, as SQLite writes it.
CREATE INDEX _host_is_alias ON _host (alias > 1) WHERE (alias > 1) COLLATE BINARY = 1;
CREATE INDEX _host_alias ON _host (alias) WHERE alias > 1;
