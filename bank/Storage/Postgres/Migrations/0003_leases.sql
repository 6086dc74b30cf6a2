-- What clusters may spend of limits without asking; by whom and why such was taken away. Rows are one project's, like all others:
-- whoever has locked the project has locked its leases.
CREATE TABLE leases (
    account   TEXT   NOT NULL REFERENCES accounts,
    uid       TEXT   NOT NULL CHECK (uid ~ '^[0-9]{0,20}$'), -- '' for the project's own limit
    cluster   TEXT   NOT NULL CHECK (length(cluster) BETWEEN 1 AND 150),
    granted   BIGINT NOT NULL CHECK (granted BETWEEN 0 AND 99999999999),
    held      BIGINT NOT NULL CHECK (held BETWEEN 0 AND 99999999999),
    wanted    BIGINT NOT NULL CHECK (wanted BETWEEN held AND 99999999999),
    unmet     BIGINT NOT NULL CHECK (unmet BETWEEN 0 AND wanted),
    uncovered BIGINT NOT NULL CHECK (uncovered >= 0 AND uncovered <= unmet AND uncovered <= held),
    expires   BIGINT NOT NULL,
    sequence  BIGINT NOT NULL CHECK (sequence >= 0),
    PRIMARY KEY (account, uid, cluster)
) WITH (fillfactor = 70);

CREATE TABLE lease_releases (
    number   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       BIGINT NOT NULL,
    account  TEXT   NOT NULL REFERENCES accounts,
    cluster  TEXT   NOT NULL CHECK (length(cluster) BETWEEN 1 AND 150),
    released BIGINT NOT NULL CHECK (released >= 0),
    actor    TEXT   NOT NULL CHECK (length(actor) BETWEEN 1 AND 150),
    reason   TEXT   NOT NULL CHECK (length(reason) BETWEEN 1 AND 500)
);
