-- What came of beliefs in the work, and what people decided about tasks that waited for them.
-- Processes of the directive subgraph that are older do not count the reports that they write: stop them before this.

-- The last decision of a person: {decision, about, by, note, at, complianceId}.
alter table task.task add column reviewed jsonb;

create table directive.belief_record (
  belief_id    uuid primary key,
  applied      integer not null default 0,
  violated     integer not null default 0,
  overridden   integer not null default 0,
  reviewed     integer not null default 0,
  last_seen_at timestamptz(3) not null
);
-- As BeliefRecord's overriddenOften has it.
create index belief_record_overridden on directive.belief_record (belief_id)
  where overridden >= 3 and overridden * 4 >= violated;

-- The checks until now. Findings are read as text: "->>" refuses all of one in which a value holds half a character. Quotes
-- within a value have a backslash before them, so no value is taken for a key. What people decided is counted from the
-- events of the tasks, from the first one on.
insert into directive.belief_record (belief_id, applied, violated, last_seen_at)
select belief_id, count(*), count(*) filter (where is_violated), max(checked_at)
from (
  select c.belief_id, r.id, r.checked_at, bool_or(finding::text ~ '"outcome"\s*:\s*"FAIL"') as is_violated
  from directive.compliance_report r
  cross join lateral json_array_elements(r.findings) as finding
  join directive.constraint_belief c
    on c.constraint_id = substring(finding::text from '"constraintId"\s*:\s*"([0-9a-fA-F-]{36})"')::uuid
  where r.origin = 'SERVICE' and r.task_id is not null and r.phase <> 'DURING'
  group by c.belief_id, r.id, r.checked_at
) as counted
group by belief_id;

-- The curators' inbox: beliefs of which a person said that the suggestion needs no answer. It holds until there are
-- more overrides than there were then.
create table ontology.suggestion_dismissal (
  belief_id  uuid not null references ontology.belief (id),
  kind       text not null check (kind in ('OVERRIDDEN_OFTEN')),
  overridden integer not null,
  reason     text,
  author     text not null,
  created_at timestamptz(3) not null,
  primary key (belief_id, kind)
);
