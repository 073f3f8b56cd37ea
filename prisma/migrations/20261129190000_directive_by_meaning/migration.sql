-- Whether the meaning of a task and of all beliefs was known when its directive was compiled.

-- Of those that are there nobody noted it.
alter table directive.directive add column is_by_meaning boolean not null default true;

-- So those of all unfinished tasks are compared once more; among them those whose task was retried, which were on the list
-- no longer.
insert into directive.unfinished (directive_id, task_id, compared_at)
select d.id, d.task_id, 0
from directive.directive d
cross join lateral (
  select e.payload ->> 'to' as state
  from events.event e
  where e.stream = 'task' and e.entity_id = d.task_id and e.payload ->> 'to' is not null
  order by e.version desc
  limit 1
) as last
where d.origin = 'SERVICE' and d.status <> 'SUPERSEDED' and last.state not in ('COMPLETED', 'FAILED', 'CANCELLED')
on conflict (directive_id) do update set compared_at = 0;
