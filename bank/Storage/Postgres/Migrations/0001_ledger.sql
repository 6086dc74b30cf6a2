CREATE TABLE accounts (
    name      TEXT    NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 150),
    max_total BIGINT  CHECK (max_total >= 0),              -- hundredths of an SU, like every amount here
    starts    BIGINT,                                      -- microseconds since 1970 UTC, like every time here
    ends      BIGINT  CHECK (ends > starts),
    is_exempt BOOLEAN NOT NULL,
    opened    BIGINT  NOT NULL,
    transfers BIGINT  NOT NULL DEFAULT 0 CHECK (transfers >= 0) -- the number of its last one
) WITH (fillfactor = 70);

CREATE TABLE members (
    account TEXT NOT NULL REFERENCES accounts,
    uid     TEXT NOT NULL CHECK (uid ~ '^[0-9]+$'),
    cap     BIGINT CHECK (cap >= 0),
    PRIMARY KEY (account, uid)
);

CREATE INDEX members_of_uid ON members (uid);

-- Every row is one project's: what a partition earned is kept for each project apart. So whoever has locked a project has
-- locked all rows that its transfers change: no row is shared by writers, none waits for another's, and none for each other.
CREATE TABLE ledger_accounts (
    id            BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          TEXT    NOT NULL
        CHECK (kind IN ('GrantSource', 'Project', 'Overrun', 'UserCap', 'CapControl', 'Revenue')),
    owner         TEXT    NOT NULL,
    uid           TEXT    NOT NULL,
    project       TEXT    NOT NULL REFERENCES accounts,
    may_overdraw  BOOLEAN NOT NULL,
    debits        BIGINT  NOT NULL DEFAULT 0 CHECK (debits >= 0),
    credits       BIGINT  NOT NULL DEFAULT 0 CHECK (credits >= 0),
    UNIQUE (kind, owner, uid, project),
    UNIQUE (id, project),
    CONSTRAINT only_revenue_is_of_several_projects CHECK (kind = 'Revenue' OR owner = project),
    CONSTRAINT a_project_is_not_overdrawn CHECK (kind <> 'Project' OR may_overdraw OR credits >= debits)
) WITH (fillfactor = 70);

-- The id of one, which is begun when there is none yet.
CREATE FUNCTION ledger_account(its_kind TEXT, its_owner TEXT, its_uid TEXT, its_project TEXT, may_be_overdrawn BOOLEAN)
    RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    its_id BIGINT;
BEGIN
    SELECT id INTO its_id FROM ledger_accounts
        WHERE kind = its_kind AND owner = its_owner AND uid = its_uid AND project = its_project;
    IF its_id IS NULL THEN
        INSERT INTO ledger_accounts (kind, owner, uid, project, may_overdraw)
            VALUES (its_kind, its_owner, its_uid, its_project, may_be_overdrawn) RETURNING id INTO its_id;
    END IF;
    RETURN its_id;
END $$;

CREATE TABLE transfers (
    number  BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- their order; what was rolled back leaves a gap
    project TEXT    NOT NULL REFERENCES accounts,
    entry   BIGINT  NOT NULL,                              -- the number in the project's book: 1, 2, 3, without a gap
    at      BIGINT  NOT NULL,
    code    TEXT    NOT NULL
        CHECK (code IN ('Deposit', 'Charge', 'Settle', 'Refund', 'Adjustment', 'Expiry', 'Overrun')),
    debit   BIGINT  NOT NULL,
    credit  BIGINT  NOT NULL CHECK (credit <> debit),
    amount  BIGINT  NOT NULL CHECK (amount > 0),
    job     TEXT,
    key     TEXT    NOT NULL UNIQUE,
    UNIQUE (project, entry),
    FOREIGN KEY (debit, project) REFERENCES ledger_accounts (id, project),
    FOREIGN KEY (credit, project) REFERENCES ledger_accounts (id, project)
);

CREATE INDEX transfers_of_debit ON transfers (debit);
CREATE INDEX transfers_of_credit ON transfers (credit);

CREATE FUNCTION refuse_to_change_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: a correction is another transfer';
END $$;

CREATE TRIGGER transfers_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_transfers();

CREATE FUNCTION number_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT project INTO NEW.project FROM ledger_accounts WHERE id = NEW.debit;
    UPDATE accounts SET transfers = transfers + 1 WHERE name = NEW.project RETURNING transfers INTO NEW.entry;
    RETURN NEW;
END $$;

CREATE TRIGGER transfers_are_numbered BEFORE INSERT ON transfers
    FOR EACH ROW EXECUTE FUNCTION number_transfer();

CREATE FUNCTION total_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_accounts SET debits = debits + NEW.amount WHERE id = NEW.debit;
    UPDATE ledger_accounts SET credits = credits + NEW.amount WHERE id = NEW.credit;
    RETURN NULL;
END $$;

CREATE TRIGGER transfers_are_totalled AFTER INSERT ON transfers
    FOR EACH ROW EXECUTE FUNCTION total_transfer();

CREATE TABLE jobs (
    number        BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    jobslurmid    TEXT    NOT NULL UNIQUE CHECK (length(jobslurmid) BETWEEN 1 AND 150),
    account       TEXT    NOT NULL REFERENCES accounts,
    uid           TEXT    NOT NULL,
    submitted     BIGINT,
    started       BIGINT,
    ended         BIGINT,
    amount        BIGINT  NOT NULL CHECK (amount >= 0),
    status        TEXT    CHECK (length(status) <= 50),
    partition     TEXT    CHECK (length(partition) <= 50),
    qos           TEXT    CHECK (length(qos) <= 50),
    nodes         TEXT    NOT NULL,                        -- JSON, as clients see it
    cpus          INTEGER,
    nodes_asked   INTEGER,
    nodes_given   INTEGER,
    raw_time      NUMERIC,
    cpu_time      NUMERIC,
    billed_to     TEXT    NOT NULL,                        -- the partition that earned what is charged
    charged       BIGINT  NOT NULL CHECK (charged >= 0),
    revision      INTEGER NOT NULL,
    is_settled    BOOLEAN NOT NULL
);

CREATE INDEX jobs_of_account ON jobs (account);
CREATE INDEX jobs_of_uid ON jobs (uid);

CREATE TABLE tokens (
    hash     BYTEA   NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    name     TEXT    NOT NULL UNIQUE,
    is_staff BOOLEAN NOT NULL,
    created  BIGINT  NOT NULL,
    expires  BIGINT
);
