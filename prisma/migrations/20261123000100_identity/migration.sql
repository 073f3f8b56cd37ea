create schema if not exists identity;

create table identity.account (
  username      text primary key,
  role          text not null check (role in ('ADMIN', 'CURATOR', 'OPERATOR', 'VIEWER')),
  password_hash text,
  created_at    timestamptz(3) not null default now(),
  disabled_at   timestamptz(3)
);

create table identity.refresh_token (
  token_hash text primary key,
  family_id  uuid not null,
  username   text not null references identity.account (username) on delete cascade,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at    timestamptz(3),
  revoked_at timestamptz(3)
);
create index refresh_token_family on identity.refresh_token (family_id);
create index refresh_token_expiry on identity.refresh_token (expires_at);

create table identity.signing_key (
  id          text primary key,
  private_jwk jsonb not null,
  public_jwk  jsonb not null,
  created_at  timestamptz(3) not null default now()
);
