-- tables.sql - how a survey file stores its rows.
--
-- Not an interface: tables change between versions, the views of views.sql stay.  Names begin with
-- `_`, so that in lists of tables and views they stand apart.
-- Small above all, for a survey may hold hundreds of millions of domains:
-- words are the numbers of crawler/core/words.h, "not known / does not apply" is
-- NULL, and what few rows have lies in a table of its own, because SQLite spends
-- an octet on every column of every row, NULL or not.

-- The names of the lists, each once, numbered from 1 in list order; all there
-- before the first question is asked.
CREATE TABLE _listed (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    rank_offset INTEGER,  -- rank - id: 0 for most lists with ranks, which takes no room
    suffix_stratum INTEGER -- the public suffix is the tail of the name with so many octets, fewer
                           -- than 256; 256 times the number of its stratum is added to that
) STRICT;

-- The values of the lists' column that --list-stratum names, numbered from 1 as they are met, by
-- names of other shards too: all shards have the same.
CREATE TABLE _stratum (
    id INTEGER PRIMARY KEY,
    stratum TEXT NOT NULL
) STRICT;

-- In a shard's file only: where each name stands among all that the lists name,
-- counted from 1, names met again and those of other shards too.  `merge` puts the
-- shards' names into list order by it, without the lists.
CREATE TABLE _listed_position (
    id INTEGER PRIMARY KEY, -- of _listed
    position INTEGER NOT NULL
) STRICT;

-- While the run lasts: numbers that are free in _listed, for their names opted out after the lists
-- were read.  Empty when it is finished: numbers have no gaps then.
CREATE TABLE _opted_out (
    id INTEGER PRIMARY KEY -- once of _listed
) STRICT;

-- The names of --exclude, as hashes: a run may be continued with more of them, never with fewer.
CREATE TABLE _opt_out (
    hash INTEGER PRIMARY KEY
) STRICT;

-- A line of a list that is no name.
CREATE TABLE _rejected (
    id INTEGER PRIMARY KEY,
    list TEXT NOT NULL,
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- One row for each listed name that is done.
CREATE TABLE _surveyed (
    id INTEGER PRIMARY KEY, -- of _listed
    surveyed_at INTEGER NOT NULL,
    mx_outcome INTEGER NOT NULL,
    dnssec INTEGER,
    mx_count INTEGER,
    cname_mx_count INTEGER,
    mx_ttl INTEGER,         -- the smallest of its MX records: minutes; below 0 seconds, of what is
                            -- no whole number of minutes
    mx_set INTEGER,         -- its mail hosts, of _mx_record; NULL: none
    provider INTEGER,       -- the host whose provider it is; below 0: the tail of the domain's own
                            -- name with so many octets
    dane INTEGER,
    dane_ready INTEGER,     -- 1, or NULL
    sts INTEGER,
    tlsrpt INTEGER,
    detailed INTEGER        -- 1: it has a row in _surveyed_detail; or NULL
) STRICT;

-- What few domains have.
CREATE TABLE _surveyed_detail (
    id INTEGER PRIMARY KEY, -- of _surveyed
    null_mx_flaw INTEGER,
    failure INTEGER,
    ede TEXT,
    alias_target TEXT,
    unknown_mx_count INTEGER, -- NULL: none
    tlsa_failures INTEGER     -- NULL: none
) STRICT;

-- While the run lasts: EDE codes of the lookups of domains that come again in the next pass.
-- Empty when it is finished.
CREATE TABLE _deferred (
    domain INTEGER NOT NULL, -- of _listed
    lookup INTEGER NOT NULL, -- 0: MX, 1: MTA-STS record, 2: TLSRPT record, 3: policy host
    ede TEXT NOT NULL,
    PRIMARY KEY (domain, lookup)
) STRICT, WITHOUT ROWID;

-- The same of mail hosts, which have no row yet either; NULL: none.
CREATE TABLE _deferred_host (
    name TEXT NOT NULL PRIMARY KEY,
    address TEXT, -- of A and AAAA
    alias TEXT,   -- of CNAME and DNAME
    tlsa TEXT
) STRICT, WITHOUT ROWID;

-- MX records, all of all domains; an implicit mail host is one without preference.  Domains that a
-- provider told the same have the same set, so that it is stored once; that two sets are the same
-- may happen.
CREATE TABLE _mx_record (
    mx_set INTEGER NOT NULL,
    place INTEGER NOT NULL,  -- from 0, by preference
    preference INTEGER,      -- NULL: the implicit mail host
    host INTEGER NOT NULL,
    role INTEGER NOT NULL,   -- 1: primary; 0: another; 2: names a host that came before
    PRIMARY KEY (mx_set, place)
) STRICT, WITHOUT ROWID;

-- MTA-STS records other than none, and what they led to; none and failed are in _surveyed.
CREATE TABLE _sts_policy (
    id INTEGER PRIMARY KEY, -- of _surveyed
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
CREATE TABLE _sts_match (
    domain INTEGER NOT NULL, -- of _surveyed
    host INTEGER NOT NULL,
    name INTEGER NOT NULL,   -- 1: the policy matches its name
    target INTEGER,          -- 1: its target; NULL: it is no alias, as far as known
    PRIMARY KEY (domain, host)
) STRICT, WITHOUT ROWID;

-- Every distinct exchange, resolved or not, and every implicit mail host.
CREATE TABLE _host (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    provider_length INTEGER, -- its registrable domain is the tail of the name with this length
    class INTEGER NOT NULL,
    address_outcome INTEGER, -- NULL: only named, never resolved: no row of the view hosts; nor
                             -- where below 0: not known to be a mail host, for it is a domain
                             -- without MX whose own address lookup failed
    dnssec INTEGER,
    alias INTEGER,
    ipv4_count INTEGER,
    ipv6_count INTEGER,
    special_count INTEGER,
    dane INTEGER,
    resolved_at INTEGER,
    details INTEGER          -- 1: it has a row in _host_detail; 2: in _host_tlsa; 3: both; or NULL
) STRICT;

-- What few hosts have.
CREATE TABLE _host_detail (
    id INTEGER PRIMARY KEY, -- of _host
    failure INTEGER,
    ede TEXT,
    alias_dnssec INTEGER,
    alias_problem INTEGER,
    dane_exim INTEGER,      -- where it is another than _host.dane
    alias_provider_length INTEGER -- the registrable domain of the last target: its tail
) STRICT;

-- Steps of alias chains, from the host's name on.
CREATE TABLE _alias (
    host INTEGER NOT NULL,
    hop INTEGER NOT NULL, -- from 1
    kind INTEGER NOT NULL,
    target TEXT NOT NULL,
    ttl INTEGER NOT NULL,
    PRIMARY KEY (host, hop)
) STRICT, WITHOUT ROWID;

CREATE TABLE _address (
    host INTEGER NOT NULL,
    family INTEGER NOT NULL,
    address TEXT NOT NULL,
    special INTEGER NOT NULL,
    PRIMARY KEY (host, family, address)
) STRICT, WITHOUT ROWID;

-- The TLSA lookup of a host, where there was one.
CREATE TABLE _host_tlsa (
    id INTEGER PRIMARY KEY,    -- of _host
    outcome INTEGER NOT NULL,
    base_hop INTEGER NOT NULL, -- the base domain: 0 the host, else the target of this hop
    dnssec INTEGER NOT NULL,
    count INTEGER,
    usable_count INTEGER
) STRICT;

CREATE TABLE _tlsa (
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

CREATE TABLE _failure (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    failure INTEGER NOT NULL,
    ede TEXT,
    tries INTEGER NOT NULL
) STRICT;

CREATE TABLE _run (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What `probe` saw of a mail host when it was last met.
CREATE TABLE _probe (
    id INTEGER PRIMARY KEY,   -- of _host
    probed_at INTEGER NOT NULL,
    meetings INTEGER NOT NULL, -- in all
    family INTEGER NOT NULL,
    address TEXT NOT NULL,
    outcome INTEGER NOT NULL,
    phase INTEGER NOT NULL,   -- how far it came
    reply INTEGER,            -- the last SMTP code
    plaintext INTEGER,        -- 1: octets came between the reply to STARTTLS and TLS; or NULL
    tls_version INTEGER,
    tls_alert INTEGER,        -- RFC 8446 s6
    chain TEXT                -- JSON array of _certificate.id, leaf first; NULL: none was shown
) STRICT;

-- What the chain is worth: a row for each host that showed one.
CREATE TABLE _probe_match (
    id INTEGER PRIMARY KEY, -- of _probe
    leaf INTEGER NOT NULL,  -- of _certificate
    pkix INTEGER,           -- why no authority vouches for it; NULL: one does
    names_host INTEGER NOT NULL,
    names_target INTEGER,   -- NULL: the host is no alias
    dane INTEGER            -- NULL: no usable TLSA record
) STRICT;

-- TLSA records of hosts that were met, each against the chain.
CREATE TABLE _probe_tlsa (
    host INTEGER NOT NULL, -- of _probe
    usage INTEGER NOT NULL,
    selector INTEGER NOT NULL,
    matching_type INTEGER NOT NULL,
    data BLOB NOT NULL,
    match INTEGER NOT NULL,
    PRIMARY KEY (host, usage, selector, matching_type, data)
) STRICT, WITHOUT ROWID;

-- Each distinct certificate of the chains.
CREATE TABLE _certificate (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    spki_sha256 BLOB NOT NULL,
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL,
    names TEXT NOT NULL, -- JSON array of its DNS-IDs
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    der BLOB             -- with --keep-der
) STRICT;
