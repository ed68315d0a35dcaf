import { type NatsClient, openNatsClient } from '@kez-chat/client/nats'
import { wsconnect } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import type { Person, Rig } from '../rig.ts'

/** How the shipped server tells where to acknowledge, and how it does with what later versions have switched on. */
export const ackFormats = [
  ['with acknowledgements as servers up to 2.14 have them', (shipped: string) => shipped],
  [
    'with acknowledgements as later servers have them',
    (shipped: string) => `${shipped}\nfeature_flags {\n  js_ack_fc_v2: true\n}\n`,
  ],
] as const

/** A person's own program, by TCP or by WebSocket. */
export const openPerson = (
  { nats }: Pick<Rig, 'nats'>,
  { signer }: Pick<Person, 'signer'>,
  { websocket = false }: { websocket?: boolean } = {},
): Promise<NatsClient> =>
  openNatsClient({
    ...(websocket ? { connect: wsconnect, servers: nats.websocketUrl } : { connect, servers: nats.url }),
    server: 'localhost',
    signer,
  })

/** The code of a refusal, or `ok`. */
export const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (typeof error === 'object' && error && 'code' in error ? String(error.code) : String(error)),
  )
