-- Of the request that wrote an event, so that what follows from it can be found by it. Null for older events, and for
-- those that no request led to.
alter table events.event add column correlation_id text;
