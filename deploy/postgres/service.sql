-- One service's database and role, which can connect to no other database. May be run again at any time.
-- Run by psql as superuser, with the variables service and password.
select format('create role %I login', :'service')
where not exists (select from pg_roles where rolname = :'service') \gexec
select format('alter role %I password %L', :'service', :'password') \gexec
select format('create database %I owner %I', :'service', :'service')
where not exists (select from pg_database where datname = :'service') \gexec
revoke connect, temporary on database :"service" from public;
revoke connect, temporary on database postgres from public;
revoke connect, temporary on database template1 from public;
