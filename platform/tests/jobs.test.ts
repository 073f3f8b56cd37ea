import { expect, it } from 'vitest'
import { prismaOf } from '../src/database.ts'
import { createJobs } from '../src/jobs.ts'
import { createTestDatabase, testLogger } from '../src/testing.ts'
import { disposeAll, sleep } from '../src/time.ts'

it('takes and completes jobs in sessions at UTC, whatever the zone of the database is', async () => {
  const database = await createTestDatabase()
  const jobs = createJobs(database, testLogger)
  try {
    const [row] = await database.query<{ name: string }>('select current_database() as name')
    // Of connections that are opened from now on, where they do not say otherwise.
    await database.query(`alter database "${row?.name}" set timezone to 'Asia/Tokyo'`)
    const handled: unknown[] = []
    await jobs.work('test.zone', async (data) => void handled.push(...data))
    await database.transaction((sql) =>
      sql.script(`
        create table public.zone_seen (zone text not null);
        create function public.note_zone() returns trigger language plpgsql as $$
          begin insert into public.zone_seen values (current_setting('TimeZone')); return new; end $$;
        create trigger note_zone after update on pgboss.job for each row execute function public.note_zone();`),
    )
    await database.transaction((sql) => jobs.send(prismaOf(sql), 'test.zone', { n: 1 }))
    jobs.wake('test.zone')
    const completed = `select 1 from pgboss.job where name = 'test.zone' and state = 'completed'`
    while ((await database.query(completed)).length === 0) await sleep(50)
    expect(handled).toEqual([{ n: 1 }])
    expect(await database.query('select distinct zone from public.zone_seen')).toEqual([{ zone: 'UTC' }])
  } finally {
    await disposeAll([jobs.dispose, database.dispose])
  }
}, 60_000)
