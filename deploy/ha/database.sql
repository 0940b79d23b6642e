-- Roles and database, once, on the leader:
--   psql -h 127.0.0.1 -p 5000 -U postgres -v owner_password=… -v server_password=… -f database.sql
\set ON_ERROR_STOP on
CREATE ROLE esoz LOGIN PASSWORD :'owner_password';
CREATE ROLE esoz_server LOGIN PASSWORD :'server_password';
GRANT pg_read_all_stats TO esoz, esoz_server;
CREATE DATABASE esoz OWNER esoz;
