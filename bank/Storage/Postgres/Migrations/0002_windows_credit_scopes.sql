-- Windows that end and are renewed; credit; who moved funds and why; scopes of tokens; what is listed of partitions and users.
ALTER TABLE accounts ADD COLUMN period INTEGER NOT NULL DEFAULT 1 CHECK (period >= 1);

ALTER TABLE jobs
    ADD COLUMN period INTEGER NOT NULL DEFAULT 1 CHECK (period >= 1),
    ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0 CHECK (refunded >= 0);

ALTER TABLE transfers
    ADD COLUMN reason TEXT CHECK (length(reason) BETWEEN 1 AND 500),
    ADD COLUMN actor TEXT
        CHECK (actor IS NULL OR (length(actor) BETWEEN 1 AND 150 AND (code NOT IN ('Refund', 'Adjustment') OR reason IS NOT NULL)));
CREATE INDEX transfers_of_job ON transfers (job) WHERE job IS NOT NULL;

ALTER TABLE ledger_accounts
    DROP CONSTRAINT ledger_accounts_kind_check,
    DROP CONSTRAINT a_project_is_not_overdrawn,
    ADD COLUMN credit_limit BIGINT NOT NULL DEFAULT 0 CHECK (credit_limit >= 0 AND (credit_limit = 0 OR kind = 'Project')),
    ADD CONSTRAINT ledger_accounts_kind_check
        CHECK (kind IN ('GrantSource', 'Project', 'Expired', 'Closed', 'Overrun', 'UserCap', 'ClosedCap', 'CapControl', 'Revenue')),
    ADD CONSTRAINT a_project_is_not_overdrawn CHECK (kind <> 'Project' OR may_overdraw OR credits + credit_limit >= debits),
    ADD CONSTRAINT no_more_expires_than_was_there CHECK (kind <> 'Expired' OR credits >= debits);

ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT 'Read' CHECK (scope IN ('Read', 'Staff', 'Admin'));
UPDATE tokens SET scope = 'Staff' WHERE is_staff;
ALTER TABLE tokens DROP COLUMN is_staff;

CREATE TABLE users (
    uid   TEXT NOT NULL PRIMARY KEY CHECK (uid ~ '^[0-9]+$'),
    name  TEXT CHECK (length(name) BETWEEN 1 AND 150),
    email TEXT CHECK (length(email) BETWEEN 1 AND 254)
);

CREATE TABLE partitions (
    name      TEXT    NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 50),
    is_shared BOOLEAN NOT NULL,
    nodes     INTEGER NOT NULL CHECK (nodes >= 0),
    cores     INTEGER NOT NULL CHECK (cores >= 0),
    price     NUMERIC NOT NULL CHECK (price >= 0)          -- SU per core and hour
);
