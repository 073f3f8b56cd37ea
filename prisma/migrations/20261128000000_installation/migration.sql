-- Which installation this database is: what it keeps in a shared Redis bears this id.
create table events.installation (
  one boolean primary key default true check (one),
  id  uuid not null default gen_random_uuid()
);
insert into events.installation default values;
