-- What people do at the pages: sessions, which end with their token; changes of accounts that move no funds;
-- which cluster told of a partition. Lists in the order of pages.
CREATE TABLE sessions (
    hash  BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    token BLOB    NOT NULL REFERENCES tokens ON DELETE CASCADE,
    begun INTEGER NOT NULL,
    ends  INTEGER NOT NULL CHECK (ends > begun)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_token ON sessions (token, begun);

CREATE TABLE account_changes (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT    NOT NULL REFERENCES accounts,
    at      INTEGER NOT NULL,
    what    TEXT    NOT NULL CHECK (length(what) BETWEEN 1 AND 500),
    actor   TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 150),
    reason  TEXT    NOT NULL CHECK (length(reason) BETWEEN 1 AND 500)
) STRICT;

CREATE INDEX account_changes_of_account ON account_changes (account);

CREATE TRIGGER account_changes_are_not_updated BEFORE UPDATE ON account_changes
BEGIN
    SELECT RAISE(ABORT, 'the record of changes is append-only');
END;

CREATE TRIGGER account_changes_are_not_deleted BEFORE DELETE ON account_changes
BEGIN
    SELECT RAISE(ABORT, 'the record of changes is append-only');
END;

-- What an account gave and got in a span of time is added up from the index alone.
DROP INDEX transfers_of_debit;
DROP INDEX transfers_of_credit;
CREATE INDEX transfers_of_debit ON transfers (debit, at, amount);
CREATE INDEX transfers_of_credit ON transfers (credit, at, amount);

CREATE INDEX unsettled_jobs_of_account ON jobs (account, charged) WHERE NOT is_settled AND charged > 0;

-- Null for what an operator has set.
ALTER TABLE partitions ADD COLUMN cluster TEXT CHECK (length(cluster) BETWEEN 1 AND 150);
