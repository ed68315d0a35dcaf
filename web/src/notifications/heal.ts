import type { PushSubscriptions } from '@kez-chat/contracts'

/** How it stands between this browser and the server. Fingerprints name subscriptions. */
export type Facts = {
  readonly wanted: boolean
  /** The browser's permission. */
  readonly allowed: boolean
  /** What the browser has. */
  readonly own: { readonly fingerprint: string; readonly key: string } | undefined
  /** What the server was last told from here. */
  readonly noted: string | undefined
  readonly server: PushSubscriptions
}

export type Cure =
  | 'nothing'
  /** Subscribe anew, in place of what there is. */
  | 'subscribe'
  /** What is left of a subscription that nobody wants here goes. */
  | 'end'
  /** The owner has removed this device from another one: it stays removed. */
  | 'give_up'

const isWhole = ({ own, server }: Facts): boolean => {
  const listed = server.subscriptions.find(({ fingerprint }) => fingerprint === own?.fingerprint)
  return own?.key === server.vapid_key && listed?.vapid_key === server.vapid_key
}

/** What makes the browser's subscription and the server's list agree again. */
export const cureFor = (facts: Facts): Cure => {
  const { wanted, allowed, own, noted, server } = facts
  if (!wanted) return own || noted ? 'end' : 'nothing'
  if (isWhole(facts)) return 'nothing'
  if ([own?.fingerprint, noted].some((name) => name !== undefined && server.removed.includes(name))) return 'give_up'
  return allowed ? 'subscribe' : 'nothing'
}
