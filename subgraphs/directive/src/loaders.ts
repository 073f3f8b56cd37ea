import { byId } from '@mothership/platform/by-id'
import { type Identity, Role } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import DataLoader from 'dataloader'
import type { ComplianceReport } from './domain/compliance.ts'
import type { Directive } from './domain/directive.ts'
import type { Replay } from './domain/replay.ts'
import { MOST_ASKED, readableFor } from './readable.ts'
import type { DirectiveStore } from './store.ts'
import type { OwnedRecord } from './store/record.ts'
import type { ReplayStore } from './store/replays.ts'
import type { Usage } from './store/model-usage.ts'

/** The reads of one request: what it asks for at once is read at once. */
export interface Loaders {
  /** Null where there is none, or the caller may not read it. */
  readonly directive: DataLoader<string, Directive | null>
  /** Null where there is none, or the caller may not read its directive. */
  readonly report: DataLoader<string, ComplianceReport | null>
  readonly replay: DataLoader<string, Replay | null>
  /** Of beliefs by id; null: nothing of it was counted yet. */
  readonly record: DataLoader<string, OwnedRecord | null>
  readonly usageOfDirective: DataLoader<string, Usage>
  readonly usageOfTask: DataLoader<string, Usage>
}

export const createLoaders = (
  { store, replayStore }: { store: DirectiveStore; replayStore: ReplayStore },
  caller: { identity: Identity; peers: Pick<Peers, 'task'> },
): Loaders => {
  const readable = readableFor(caller)
  const directive = new DataLoader<string, Directive | null>(
    byId(async (ids) => readable(await store.findDirectives(ids))),
    { maxBatchSize: MOST_ASKED },
  )
  const findReports = async (ids: readonly string[]): Promise<ComplianceReport[]> => {
    const reports = await store.findReports(ids)
    if (caller.identity.role !== Role.AGENT) return reports
    const of = await Promise.all(reports.map(({ directiveId }) => directive.load(directiveId)))
    return reports.filter((_, place) => of[place] !== null)
  }
  return {
    directive,
    report: new DataLoader(byId(findReports)),
    record: new DataLoader(byId(store.findRecords)),
    replay: new DataLoader(byId(replayStore.findReplays)),
    usageOfDirective: new DataLoader((ids) => store.usageOfDirectives(ids)),
    usageOfTask: new DataLoader((ids) => store.usageOfTasks(ids)),
  }
}
