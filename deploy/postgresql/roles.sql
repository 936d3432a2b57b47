-- Two roles: one that owns the tables and changes their schema, one under which the service works.
-- Once, as a superuser, in the database of the service:
--
--   psql --set=ON_ERROR_STOP=1 --dbname=aiguilleur --file=roles.sql
--   psql --dbname=aiguilleur --command='\password aiguilleur_migrate' --command='\password aiguilleur_worker'
--
-- Then `aiguilleur migrate` with the address of aiguilleur_migrate, and grants.sql.
-- Where the tables were made by another role before: REASSIGN OWNED BY that_role TO aiguilleur_migrate;

BEGIN;

DO $$
BEGIN
    IF to_regrole('aiguilleur_migrate') IS NULL THEN
        CREATE ROLE aiguilleur_migrate LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    END IF;
    IF to_regrole('aiguilleur_worker') IS NULL THEN
        CREATE ROLE aiguilleur_worker LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    END IF;
    -- nobody connects, or makes temporary tables, who was not told so
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO aiguilleur_migrate, aiguilleur_worker', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO aiguilleur_migrate;
GRANT USAGE ON SCHEMA public TO aiguilleur_worker;

COMMIT;
