-- tables.sql - how a survey file stores its rows.
--
-- Not an interface: tables change between versions, the views of views.sql stay.
-- Small above all, for a survey may hold hundreds of millions of domains:
-- words are the numbers of crawler/core/words.h, "not known / does not apply" is
-- NULL, and what few rows have lies in a table of its own, because SQLite spends
-- an octet on every column of every row, NULL or not.

-- The names of the lists, each once, numbered from 1 in list order; all there
-- before the first question is asked.
CREATE TABLE listed (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    rank_offset INTEGER,  -- rank - id: 0 for most lists with ranks, which takes no room
    suffix_length INTEGER -- the public suffix is the tail of the name with this length
) STRICT;

-- In a shard's file only: where each name stands among all that the lists name,
-- counted from 1, names met again and those of other shards too.  `merge` puts the
-- shards' names into list order by it, without the lists.
CREATE TABLE listed_position (
    id INTEGER PRIMARY KEY, -- of listed
    position INTEGER NOT NULL
) STRICT;

-- While the run lasts: numbers that are free in listed, for their names opted out after the lists
-- were read.  Empty when it is finished: numbers have no gaps then.
CREATE TABLE opted_out (
    id INTEGER PRIMARY KEY -- once of listed
) STRICT;

-- The names of --exclude, as hashes: a run may be continued with more of them, never with fewer.
CREATE TABLE opt_out (
    hash INTEGER PRIMARY KEY
) STRICT;

-- A line of a list that is no name.
CREATE TABLE rejected (
    id INTEGER PRIMARY KEY,
    list TEXT NOT NULL,
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- One row for each listed name that is done, with its main MX record, that is the
-- one most domains have only: the one whose host gives the provider (lowest
-- preference of all exchanges other than `.`), or the only one.
CREATE TABLE surveyed (
    id INTEGER PRIMARY KEY, -- of listed
    surveyed_at INTEGER NOT NULL,
    mx_outcome INTEGER NOT NULL,
    dnssec INTEGER,
    mx_count INTEGER,
    cname_mx_count INTEGER,
    preference INTEGER,     -- of the main MX record; NULL where host is an implicit mail host
    host INTEGER,           -- its exchange; NULL where all records are in more_mx, or there is none
    dane INTEGER,
    dane_ready INTEGER,     -- 1, or NULL
    sts INTEGER,
    tlsrpt INTEGER
) STRICT;

-- What few domains have.
CREATE TABLE surveyed_detail (
    id INTEGER PRIMARY KEY, -- of surveyed
    null_mx_flaw INTEGER,
    failure INTEGER,
    ede TEXT,
    alias_target TEXT,
    unknown_mx_count INTEGER, -- NULL: none
    tlsa_failures INTEGER     -- NULL: none
) STRICT;

-- While the run lasts: EDE codes of the lookups of domains that come again in the second pass.
-- Empty when it is finished.
CREATE TABLE deferred (
    domain INTEGER NOT NULL, -- of listed
    lookup INTEGER NOT NULL, -- 0: MX, 1: MTA-STS record, 2: TLSRPT record, 3: policy host
    ede TEXT NOT NULL,
    PRIMARY KEY (domain, lookup)
) STRICT, WITHOUT ROWID;

-- The same of mail hosts, which have no row yet either; NULL: none.
CREATE TABLE deferred_host (
    name TEXT NOT NULL PRIMARY KEY,
    address TEXT, -- of A and AAAA
    alias TEXT,   -- of CNAME and DNAME
    tlsa TEXT
) STRICT, WITHOUT ROWID;

-- The MX records beside the main one.
CREATE TABLE more_mx (
    domain INTEGER NOT NULL, -- of surveyed
    preference INTEGER NOT NULL,
    host INTEGER NOT NULL,
    PRIMARY KEY (domain, preference, host)
) STRICT, WITHOUT ROWID;

-- MTA-STS records other than none, and what they led to; none and failed are in surveyed.
CREATE TABLE sts_policy (
    id INTEGER PRIMARY KEY, -- of surveyed
    record_outcome INTEGER NOT NULL,
    record_id TEXT,
    policy_outcome INTEGER NOT NULL,
    detail INTEGER,         -- why the policy is unavailable
    fault TEXT,             -- of an invalid one: its line at fault
    http_status INTEGER,
    mode INTEGER,
    max_age INTEGER,
    mx TEXT,
    media_type TEXT,
    fetched_at INTEGER,
    cname_effect INTEGER
) STRICT;

-- Exchanges of domains with a valid policy.
CREATE TABLE sts_match (
    domain INTEGER NOT NULL, -- of surveyed
    host INTEGER NOT NULL,
    name INTEGER NOT NULL,   -- 1: the policy matches its name
    target INTEGER,          -- 1: its target; NULL: it is no alias, as far as known
    PRIMARY KEY (domain, host)
) STRICT, WITHOUT ROWID;

-- Every distinct exchange, resolved or not, and every implicit mail host.
CREATE TABLE host (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    provider TEXT,
    class INTEGER NOT NULL,
    address_outcome INTEGER, -- NULL: only named, never resolved: no row of the view hosts
    dnssec INTEGER,
    alias INTEGER,
    ipv4_count INTEGER,
    ipv6_count INTEGER,
    special_count INTEGER,
    dane INTEGER
) STRICT;

-- What few hosts have.
CREATE TABLE host_detail (
    id INTEGER PRIMARY KEY, -- of host
    failure INTEGER,
    ede TEXT,
    alias_dnssec INTEGER,
    alias_problem INTEGER,
    dane_exim INTEGER,      -- where it is another than host.dane
    hidden INTEGER          -- 1: not known to be a mail host: a domain without MX whose own
                            -- address lookup failed; no row of the view hosts
) STRICT;

-- Steps of alias chains, from the host's name on.
CREATE TABLE alias (
    host INTEGER NOT NULL,
    hop INTEGER NOT NULL, -- from 1
    kind INTEGER NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (host, hop)
) STRICT, WITHOUT ROWID;

CREATE TABLE address (
    host INTEGER NOT NULL,
    family INTEGER NOT NULL,
    address TEXT NOT NULL,
    special INTEGER NOT NULL,
    PRIMARY KEY (host, family, address)
) STRICT, WITHOUT ROWID;

-- The TLSA lookup of a host, where there was one.
CREATE TABLE host_tlsa (
    id INTEGER PRIMARY KEY,    -- of host
    outcome INTEGER NOT NULL,
    base_hop INTEGER NOT NULL, -- the base domain: 0 the host, else the target of this hop
    dnssec INTEGER NOT NULL,
    count INTEGER,
    usable_count INTEGER
) STRICT;

CREATE TABLE tlsa (
    host INTEGER NOT NULL,
    usage INTEGER NOT NULL,
    selector INTEGER NOT NULL,
    matching_type INTEGER NOT NULL,
    data BLOB NOT NULL,
    usable INTEGER NOT NULL,
    reason INTEGER,
    known_key TEXT,
    key_status INTEGER,
    PRIMARY KEY (host, usage, selector, matching_type, data)
) STRICT, WITHOUT ROWID;

CREATE TABLE failure (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    failure INTEGER NOT NULL,
    ede TEXT,
    tries INTEGER NOT NULL
) STRICT;

-- Named so that the view of the contract can be called run_info.
CREATE TABLE run (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
