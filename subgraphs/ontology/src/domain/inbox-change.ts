/** What a person did to the inbox. */
export const InboxAction = {
  CONTRADICTION_RESOLVED: 'CONTRADICTION_RESOLVED',
  CONTRADICTION_REOPENED: 'CONTRADICTION_REOPENED',
  DUPLICATE_DISMISSED: 'DUPLICATE_DISMISSED',
  SUGGESTION_DISMISSED: 'SUGGESTION_DISMISSED',
} as const
export type InboxAction = (typeof InboxAction)[keyof typeof InboxAction]

/** A decision of a person that changes what the inbox lists, whether or not it edits a belief. */
export interface InboxChange {
  readonly action: InboxAction
  /** Of the contradiction, duplicate or suggestion. */
  readonly itemId: string
  readonly by: string
}
