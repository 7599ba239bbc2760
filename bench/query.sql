-- What an engineer would ask first: which utility messages were charged although
-- the customer had written within the last 24 hours? One window over all events.
-- It takes each webhook for one delivery, knows no call, no group, no second
-- price of a message, no zone and no era: of the audit it answers a part of one
-- check (WA105).
with change as (
  select unnest(e.changes).value as v
  from (select unnest(entry) as e from read_json($log, format = 'newline_delimited'))
), status as (
  select v.metadata.phone_number_id as number, unnest(v.statuses) as s from change
), inbound as (
  select v.metadata.phone_number_id as number, unnest(v.messages) as m from change
), event as (
  select number, s.recipient_id as wa_id, s.timestamp::bigint as t, s.status as status,
         s.pricing.category as category, s.pricing.billable as billable
  from status
  union all
  select number, m."from", m.timestamp::bigint, 'inbound', null, null from inbound
)
select count(*) from (
  select *, max(case when status = 'inbound' then t end) over (partition by number, wa_id order by t) as last_inbound
  from event
)
where status = 'delivered' and billable and category = 'utility' and t - last_inbound < 86400;
