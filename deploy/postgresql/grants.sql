-- What the service may do, table by table. After every `aiguilleur migrate`, as aiguilleur_migrate:
--
--   psql --set=ON_ERROR_STOP=1 --username=aiguilleur_migrate --dbname=aiguilleur --file=grants.sql
--
-- It may be run again at any time. What is not named here is taken away: no DROP, ALTER or TRUNCATE anywhere, and no
-- right to change or remove a decision, a resolution, or the text of an event.

BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, aiguilleur_worker;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, aiguilleur_worker;

GRANT SELECT ON alembic_version TO aiguilleur_worker;
GRANT SELECT, INSERT ON decisions, resolutions TO aiguilleur_worker;
GRANT SELECT, INSERT, UPDATE (queued_at, sweeps, finished_at, failed_at, failure) ON deliveries TO aiguilleur_worker;
GRANT SELECT, INSERT, UPDATE ON invoices TO aiguilleur_worker;
GRANT SELECT, INSERT, UPDATE (sent_at) ON outbox TO aiguilleur_worker;
GRANT SELECT, INSERT, DELETE ON reservations TO aiguilleur_worker;
GRANT SELECT, INSERT, DELETE, UPDATE (is_current) ON reference_imports TO aiguilleur_worker;
GRANT SELECT, INSERT, DELETE ON recipients, services, commitments, contract_parties TO aiguilleur_worker;
GRANT SELECT, INSERT, UPDATE ON portal_invoices TO aiguilleur_worker;
GRANT SELECT, INSERT, UPDATE (finished_at, listed, missing, repaired) ON portal_proofs TO aiguilleur_worker;
GRANT SELECT, INSERT, UPDATE (finished_at, status_before, status_after, result, portal_code) ON portal_sendings
  TO aiguilleur_worker;
GRANT SELECT, INSERT, DELETE ON portal_cursors, portal_credentials TO aiguilleur_worker;
GRANT USAGE ON SEQUENCE outbox_sequence_seq, reference_imports_import_number_seq, portal_proofs_proof_number_seq,
  portal_sendings_sending_number_seq TO aiguilleur_worker;

COMMIT;
