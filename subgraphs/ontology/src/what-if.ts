import { randomUUID } from 'node:crypto'
import type { Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import type { Change, NetChange } from './domain/change.ts'
import type { Fault } from './domain/fault.ts'
import { tryParseChanges } from './domain/parse.ts'
import { type ChangePreview, type Problem, Severity } from './domain/preview.ts'
import { findRuleFaults } from './rule-faults.ts'
import type { OntologyStore } from './store.ts'

export type WhatIf = ReturnType<typeof createWhatIf>

/** What changes would do, without doing them. */
export const createWhatIf = (store: OntologyStore, peers: Peers) => {
  /**
   * Previews parsed changes on the graph as it is now. `changes` of the answer are what each thing was and would become;
   * where the preview has an ERROR, they are what the changes without a fault would do.
   */
  const preview = async (
    edit: readonly Change[],
    identity: Identity,
  ): Promise<{ preview: ChangePreview; changes: NetChange[] }> => {
    const ruleFaults = await findRuleFaults(peers, edit, identity)
    const { changes, faults, warnings, effects, truncated } = await store.lookAhead(edit)
    const errors = [...faults, ...ruleFaults]
    const isRefused = errors.length > 0
    return {
      preview: {
        effects: isRefused ? [] : effects,
        problems: isRefused ? toProblems(errors, Severity.ERROR) : toProblems(warnings, Severity.WARNING),
        truncated: !isRefused && truncated,
      },
      changes,
    }
  }

  return {
    preview,

    /** Previews changes as a caller sends them: what cannot be parsed is a problem too. */
    previewChanges: async (inputs: readonly object[], identity: Identity): Promise<ChangePreview> => {
      const { changes, faults } = tryParseChanges(inputs, randomUUID)
      if (faults.length === 0) return (await preview(changes, identity)).preview
      // The rest is not applied: what it would build on may be what could not be read.
      const all = [...faults, ...(await findRuleFaults(peers, changes, identity))]
      return { effects: [], problems: toProblems(all, Severity.ERROR), truncated: false }
    },
  }
}

const toProblems = (faults: readonly Fault[], severity: Severity): Problem[] =>
  faults.map(({ path, message }) => ({ path, message, severity }))
