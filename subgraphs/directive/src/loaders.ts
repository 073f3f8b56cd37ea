import { byId } from '@mothership/platform/by-id'
import DataLoader from 'dataloader'
import type { ComplianceReport } from './domain/compliance.ts'
import type { Directive } from './domain/directive.ts'
import type { Replay } from './domain/replay.ts'
import type { DirectiveStore } from './store.ts'
import type { OwnedRecord } from './store/record.ts'
import type { ReplayStore } from './store/replays.ts'
import type { Usage } from './store/model-usage.ts'

/** The reads of one request: what it asks for at once is read at once. */
export interface Loaders {
  readonly directive: DataLoader<string, Directive | null>
  readonly report: DataLoader<string, ComplianceReport | null>
  readonly replay: DataLoader<string, Replay | null>
  /** Of beliefs by id; null: nothing of it was counted yet. */
  readonly record: DataLoader<string, OwnedRecord | null>
  readonly usageOfDirective: DataLoader<string, Usage>
  readonly usageOfTask: DataLoader<string, Usage>
}

export const createLoaders = (store: DirectiveStore, replayStore: ReplayStore): Loaders => ({
  directive: new DataLoader(byId(store.findDirectives)),
  report: new DataLoader(byId(store.findReports)),
  record: new DataLoader(byId(store.findRecords)),
  replay: new DataLoader(byId(replayStore.findReplays)),
  usageOfDirective: new DataLoader((ids) => store.usageOfDirectives(ids)),
  usageOfTask: new DataLoader((ids) => store.usageOfTasks(ids)),
})
