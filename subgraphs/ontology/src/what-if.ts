import { randomUUID } from 'node:crypto'
import type { Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import type { Change } from './domain/change.ts'
import type { Fault } from './domain/fault.ts'
import { tryParseChanges } from './domain/parse.ts'
import { type ChangePreview, type Problem, Severity } from './domain/preview.ts'
import { findRuleFaults } from './rule-faults.ts'
import type { OntologyStore } from './store.ts'
import type { LookAhead } from './store/preview.ts'

export type WhatIf = ReturnType<typeof createWhatIf>

/** What changes would do, without doing them. */
export const createWhatIf = (store: OntologyStore, peers: Peers) => {
  /** Previews parsed changes, with what a look at the graph says that they would do. */
  const preview = async (
    edit: readonly Change[],
    { ahead, identity }: { ahead: Promise<LookAhead>; identity: Identity },
  ): Promise<ChangePreview> => {
    // Both at once, and each edit's rules by themselves: together they could be more than one answer has time for.
    const [ruleFaults, look] = await Promise.all([findRuleFaults(peers, edit, identity), ahead])
    const errors = [...look.faults, ...ruleFaults]
    const isRefused = errors.length > 0
    return {
      effects: isRefused ? [] : look.effects,
      problems: isRefused ? toProblems(errors, Severity.ERROR) : toProblems(look.warnings, Severity.WARNING),
      truncated: !isRefused && look.truncated,
    }
  }

  return {
    preview,

    /** Previews changes as a caller sends them: what cannot be parsed is a problem too. */
    previewChanges: async (inputs: readonly object[], identity: Identity): Promise<ChangePreview> => {
      const { changes, faults } = tryParseChanges(inputs, randomUUID)
      if (faults.length === 0) {
        const ahead = store.lookAhead([changes]).then(([only]) => only as LookAhead)
        return preview(changes, { ahead, identity })
      }
      // The rest is not applied: what it would build on may be what could not be read.
      const all = [...faults, ...(await findRuleFaults(peers, changes, identity))]
      return { effects: [], problems: toProblems(all, Severity.ERROR), truncated: false }
    },
  }
}

const toProblems = (faults: readonly Fault[], severity: Severity): Problem[] =>
  faults.map(({ path, message }) => ({ path, message, severity }))
