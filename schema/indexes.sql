-- indexes.sql - what lookups by name need; built when a survey is finished,
-- because sorting once is ten times cheaper than keeping order on the way.
CREATE UNIQUE INDEX listed_domain ON listed (domain);
CREATE UNIQUE INDEX host_name ON host (name);
