-- When what an agent can do was forgotten, as it had been away for long. The rest stays: tasks refer to who did them.
alter table agent.agent add column forgotten_at timestamptz(3);
-- What a credential's instances may be is counted by those that are remembered.
create index agent_remembered on agent.agent (credential_id, last_seen_at) where forgotten_at is null;
