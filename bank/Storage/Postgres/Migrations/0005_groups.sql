-- Transfers of many pieces of work are written by one statement. Who has locked the project numbers them; who does not, as banks
-- that know nothing of this, has it done as before. They are added up once for a statement, not once for each.
DROP TRIGGER transfers_are_numbered ON transfers;
CREATE TRIGGER transfers_are_numbered BEFORE INSERT ON transfers
    FOR EACH ROW WHEN (NEW.entry IS NULL) EXECUTE FUNCTION number_transfer();

DROP TRIGGER transfers_are_totalled ON transfers;
DROP FUNCTION total_transfer();

CREATE FUNCTION total_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_accounts SET debits = debits + gave, credits = credits + got
        FROM (SELECT account, CAST(sum(gave) AS BIGINT) AS gave, CAST(sum(got) AS BIGINT) AS got
              FROM (SELECT debit AS account, amount AS gave, 0 AS got FROM made
                    UNION ALL
                    SELECT credit, 0, amount FROM made) sides
              GROUP BY account) moved
        WHERE id = account;
    UPDATE accounts SET transfers = last
        FROM (SELECT project, max(entry) AS last FROM made GROUP BY project) books
        WHERE name = project AND transfers < last;
    RETURN NULL;
END $$;

CREATE TRIGGER transfers_are_totalled AFTER INSERT ON transfers
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION total_transfers();

-- The project of a transfer is that of its accounts, which is referred to already.
ALTER TABLE transfers DROP CONSTRAINT transfers_project_fkey;
