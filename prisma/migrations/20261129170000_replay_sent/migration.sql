-- What finds a replay again whose job was lost, and ends one that waits for too long.
alter table directive.replay
  -- When its job was last sent.
  add column sent_at timestamptz not null default now(),
  -- Since when a page waits for the meaning of beliefs; null: none does.
  add column waiting_since timestamptz;
