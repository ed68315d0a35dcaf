import type { PrimaryId } from '@kez-chat/identity'
import type { RelayFate } from '../relay/fate.ts'
import type { RouteName } from '../routes/route.ts'
import type { OutgoingRecord, RouteRecord } from './outgoing-record.ts'

/** How a message stands (protocol §4), and how each way stands with it; nothing is merged. */
export interface MessageStatus {
  readonly innerId: string
  readonly to: PrimaryId
  /**
   * `sending` → `sent` (a relay said OK, or the home server 201) → `delivered` (an acknowledgement whose signature was
   * verified). `failed` = every way refused it for good, or it became too old to be read.
   */
  readonly state: 'sending' | 'sent' | 'delivered' | 'failed'
  /** Which way took it first: `home`, or the URL of a relay. */
  readonly via?: string
  readonly routes: Readonly<Record<RouteName, RouteRecord>>
  /** Each relay's own answer to the newest event, as far as this process asked. */
  readonly relays: readonly RelayFate[]
  readonly delivered?: { readonly at: number; readonly via: RouteName }
  /** An old client acknowledged it without a signature; that is no delivery. */
  readonly hinted: boolean
}

const stateOf = ({ delivered, home, relay }: OutgoingRecord, expired: boolean): MessageStatus['state'] => {
  if (delivered) return 'delivered'
  if (home.state === 'sent' || relay.state === 'sent') return 'sent'
  return expired || (home.state === 'refused' && relay.state === 'refused') ? 'failed' : 'sending'
}

const firstVia = ({ home, relay }: OutgoingRecord): string | undefined => {
  const sent = [home, relay].filter(({ state }) => state === 'sent')
  return sent.toSorted((a, b) => a.at - b.at)[0]?.via
}

export const statusOf = (record: OutgoingRecord, relays: readonly RelayFate[], expired: boolean): MessageStatus => {
  const via = firstVia(record)
  return {
    ...{ innerId: record.inner_id, to: record.to, state: stateOf(record, expired), relays },
    ...(via === undefined ? {} : { via }),
    routes: { home: record.home, relay: record.relay },
    ...(record.delivered ? { delivered: record.delivered } : {}),
    hinted: record.hinted === true,
  }
}
