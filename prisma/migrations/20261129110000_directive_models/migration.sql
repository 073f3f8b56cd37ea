-- Language models: what they were asked and what it cost, and who is asking what.

-- A row for each model that was asked, all tries of it together, also where it failed.
create table directive.model_usage (
  id            uuid primary key,
  at            timestamptz(3) not null,
  -- Of `at`, in UTC: what budgets and sums go by.
  day           date not null,
  provider      text not null,
  model         text not null,
  purpose       text not null check (purpose in ('DIRECTIVE', 'JUDGE')),
  -- No reference: a directive is kept after the model was asked, or not at all.
  directive_id  uuid,
  task_id       text,
  attempts      integer not null,
  input_tokens  bigint not null,
  output_tokens bigint not null,
  -- Null: the model has no price.
  usd           double precision,
  succeeded     boolean not null
);
create index model_usage_day on directive.model_usage (day);
create index model_usage_directive on directive.model_usage (directive_id);
create index model_usage_task on directive.model_usage (task_id);

-- Which process asks a question now; another waits for its answer, or takes over when the claim has run out.
create table directive.model_claim (
  key           text primary key,
  token         uuid not null,
  claimed_until timestamptz not null
);
create index model_claim_until on directive.model_claim (claimed_until);
