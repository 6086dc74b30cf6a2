-- What clusters may spend of limits without asking; by whom and why such was taken away.
CREATE TABLE leases (
    account   TEXT    NOT NULL REFERENCES accounts,
    uid       TEXT    NOT NULL CHECK (length(uid) <= 20 AND uid NOT GLOB '*[^0-9]*'), -- '' for the project's own limit
    cluster   TEXT    NOT NULL CHECK (length(cluster) BETWEEN 1 AND 150),
    granted   INTEGER NOT NULL CHECK (granted BETWEEN 0 AND 99999999999),
    held      INTEGER NOT NULL CHECK (held BETWEEN 0 AND 99999999999),
    wanted    INTEGER NOT NULL CHECK (wanted BETWEEN held AND 99999999999),
    unmet     INTEGER NOT NULL CHECK (unmet BETWEEN 0 AND wanted),
    uncovered INTEGER NOT NULL CHECK (uncovered >= 0 AND uncovered <= unmet AND uncovered <= held),
    expires   INTEGER NOT NULL,
    sequence  INTEGER NOT NULL CHECK (sequence >= 0),
    PRIMARY KEY (account, uid, cluster)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease_releases (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    account  TEXT    NOT NULL REFERENCES accounts,
    cluster  TEXT    NOT NULL CHECK (length(cluster) BETWEEN 1 AND 150),
    released INTEGER NOT NULL CHECK (released >= 0),
    actor    TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 150),
    reason   TEXT    NOT NULL CHECK (length(reason) BETWEEN 1 AND 500)
) STRICT;
