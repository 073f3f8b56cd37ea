-- What language models used for a directive and its task longer ago than each call is kept.

create table directive.model_usage_sum (
  -- No reference: a directive that was to be the task's may not have been kept.
  directive_id  uuid,
  task_id       text,
  calls         bigint not null,
  failed_calls  bigint not null,
  attempts      bigint not null,
  input_tokens  bigint not null,
  output_tokens bigint not null,
  -- Null: no model had a price.
  usd           double precision,
  unique nulls not distinct (directive_id, task_id)
);
create index model_usage_sum_task on directive.model_usage_sum (task_id);
