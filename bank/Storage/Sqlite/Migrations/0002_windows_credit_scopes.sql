-- Windows that end and are renewed; credit; who moved funds and why; scopes of tokens; what is listed of partitions and users.
PRAGMA defer_foreign_keys = ON;

ALTER TABLE accounts ADD COLUMN period INTEGER NOT NULL DEFAULT 1 CHECK (period >= 1);

ALTER TABLE jobs ADD COLUMN period INTEGER NOT NULL DEFAULT 1 CHECK (period >= 1);
ALTER TABLE jobs ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0);

ALTER TABLE transfers ADD COLUMN reason TEXT CHECK (length(reason) BETWEEN 1 AND 500);
ALTER TABLE transfers ADD COLUMN actor TEXT
    CHECK (actor IS NULL OR (length(actor) BETWEEN 1 AND 150 AND (code NOT IN ('Refund', 'Adjustment') OR reason IS NOT NULL)));
CREATE INDEX transfers_of_job ON transfers (job) WHERE job IS NOT NULL;

-- A constraint can't be changed in place. References to the table hold by its name, and are checked at the commit.
CREATE TEMP TABLE ledger_accounts_before AS SELECT * FROM ledger_accounts;
DROP TABLE ledger_accounts;
CREATE TABLE ledger_accounts (
    id            INTEGER PRIMARY KEY,
    kind          TEXT    NOT NULL
        CHECK (kind IN ('GrantSource', 'Project', 'Expired', 'Closed', 'Overrun', 'UserCap', 'ClosedCap', 'CapControl', 'Revenue')),
    owner         TEXT    NOT NULL,
    uid           TEXT    NOT NULL,
    may_overdraw  INTEGER NOT NULL,
    debits        INTEGER NOT NULL DEFAULT 0 CHECK (debits >= 0),
    credits       INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0),
    credit_limit  INTEGER NOT NULL DEFAULT 0 CHECK (credit_limit >= 0 AND (credit_limit = 0 OR kind = 'Project')),
    UNIQUE (kind, owner, uid),
    CONSTRAINT a_project_is_not_overdrawn CHECK (kind <> 'Project' OR may_overdraw OR credits + credit_limit >= debits),
    CONSTRAINT no_more_expires_than_was_there CHECK (kind <> 'Expired' OR credits >= debits)
) STRICT;
INSERT INTO ledger_accounts (id, kind, owner, uid, may_overdraw, debits, credits)
    SELECT id, kind, owner, uid, may_overdraw, debits, credits FROM temp.ledger_accounts_before;
DROP TABLE temp.ledger_accounts_before;

ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT 'Read' CHECK (scope IN ('Read', 'Staff', 'Admin'));
UPDATE tokens SET scope = 'Staff' WHERE is_staff;
ALTER TABLE tokens DROP COLUMN is_staff;

CREATE TABLE users (
    uid   TEXT NOT NULL PRIMARY KEY CHECK (length(uid) > 0 AND uid NOT GLOB '*[^0-9]*'),
    name  TEXT CHECK (length(name) BETWEEN 1 AND 150),
    email TEXT CHECK (length(email) BETWEEN 1 AND 254)
) STRICT, WITHOUT ROWID;

CREATE TABLE partitions (
    name      TEXT    NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 50),
    is_shared INTEGER NOT NULL,
    nodes     INTEGER NOT NULL CHECK (nodes >= 0),
    cores     INTEGER NOT NULL CHECK (cores >= 0),
    price     TEXT    NOT NULL                             -- decimal text, SU per core and hour
) STRICT, WITHOUT ROWID;
