CREATE TABLE accounts (
    name      TEXT    NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 150),
    max_total INTEGER CHECK (max_total >= 0),              -- hundredths of an SU, like every amount here
    starts    INTEGER,                                     -- microseconds since 1970 UTC, like every time here
    ends      INTEGER CHECK (ends > starts),
    is_exempt INTEGER NOT NULL,
    opened    INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
    account TEXT NOT NULL REFERENCES accounts,
    uid     TEXT NOT NULL CHECK (length(uid) > 0 AND uid NOT GLOB '*[^0-9]*'),
    cap     INTEGER CHECK (cap >= 0),
    PRIMARY KEY (account, uid)
) STRICT, WITHOUT ROWID;

CREATE INDEX members_of_uid ON members (uid);

CREATE TABLE ledger_accounts (
    id            INTEGER PRIMARY KEY,
    kind          TEXT    NOT NULL
        CHECK (kind IN ('GrantSource', 'Project', 'Overrun', 'UserCap', 'CapControl', 'Revenue')),
    owner         TEXT    NOT NULL,
    uid           TEXT    NOT NULL,
    may_overdraw  INTEGER NOT NULL,
    debits        INTEGER NOT NULL DEFAULT 0 CHECK (debits >= 0),
    credits       INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0),
    UNIQUE (kind, owner, uid),
    CONSTRAINT a_project_is_not_overdrawn CHECK (kind <> 'Project' OR may_overdraw OR credits >= debits)
) STRICT;

CREATE TABLE transfers (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    code    TEXT    NOT NULL
        CHECK (code IN ('Deposit', 'Charge', 'Settle', 'Refund', 'Adjustment', 'Expiry', 'Overrun')),
    debit   INTEGER NOT NULL REFERENCES ledger_accounts,
    credit  INTEGER NOT NULL REFERENCES ledger_accounts CHECK (credit <> debit),
    amount  INTEGER NOT NULL CHECK (amount > 0),
    job     TEXT,
    key     TEXT    NOT NULL UNIQUE
) STRICT;

CREATE INDEX transfers_of_debit ON transfers (debit);
CREATE INDEX transfers_of_credit ON transfers (credit);

CREATE TRIGGER transfers_are_not_updated BEFORE UPDATE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a correction is another transfer');
END;

CREATE TRIGGER transfers_are_not_deleted BEFORE DELETE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a correction is another transfer');
END;

CREATE TRIGGER transfers_are_totalled AFTER INSERT ON transfers
BEGIN
    UPDATE ledger_accounts SET debits = debits + NEW.amount WHERE id = NEW.debit;
    UPDATE ledger_accounts SET credits = credits + NEW.amount WHERE id = NEW.credit;
END;

CREATE TABLE jobs (
    number        INTEGER PRIMARY KEY,
    jobslurmid    TEXT    NOT NULL UNIQUE,
    account       TEXT    NOT NULL REFERENCES accounts,
    uid           TEXT    NOT NULL,
    submitted     INTEGER,
    started       INTEGER,
    ended         INTEGER,
    amount        INTEGER NOT NULL CHECK (amount >= 0),
    status        TEXT,
    partition     TEXT,
    qos           TEXT,
    nodes         TEXT    NOT NULL,                        -- JSON, as clients see it
    cpus          INTEGER,
    nodes_asked   INTEGER,
    nodes_given   INTEGER,
    raw_time      TEXT,                                    -- decimal text
    cpu_time      TEXT,
    billed_to     TEXT    NOT NULL,                        -- the partition that earned what is charged
    charged       INTEGER NOT NULL CHECK (charged >= 0),
    revision      INTEGER NOT NULL,
    is_settled    INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_of_account ON jobs (account);
CREATE INDEX jobs_of_uid ON jobs (uid);

CREATE TABLE tokens (
    hash     BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    name     TEXT    NOT NULL UNIQUE,
    is_staff INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    expires  INTEGER
) STRICT, WITHOUT ROWID;
