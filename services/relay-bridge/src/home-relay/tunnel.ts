import { randomBytes } from 'node:crypto'
import { DomainError, OpenRelaySession, relaySubject } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import {
  closeCode,
  createLiveness,
  createTunnelEnd,
  encodeClose,
  type Log,
  serveCommand,
  type TunnelEnd,
} from '@kez-chat/runtime'
import { createOutbox, type Outbox, type Waiting } from './outbox.ts'

/** One client of the relay, wherever its WebSocket is. */
export type Client = Pick<Outbox, 'send' | 'room'> & {
  /** Stands for the client's network address. */
  readonly source: string
  /** The relay's own URL. */
  readonly url: string
  /** A text of the client, of so many bytes, has been dealt with: it may send more. */
  done(bytes: number): void
  close(code: number, reason: string): void
  readonly closed: boolean
}

export type ClientHandler = { onText(text: Uint8Array): void; onClosed(): void }

export type TunnelOptions = {
  jetstream: JetStream
  maxSessions: number
  accept(client: Client): ClientHandler
  log: Log
}

/** The relay's end of all sessions that gateways have opened here. */
export type Tunnel = { readonly sessions: number; stop(): Promise<void> }

type Session = { gateway: string; end: TunnelEnd; outbox: Outbox }

const beatEvery = 15_000

export const serveTunnel = ({ jetstream, maxSessions, accept, log }: TunnelOptions): Tunnel => {
  const { nc } = jetstream
  const replica = randomBytes(12).toString('hex')
  const sessions = new Map<string, Session>()
  const inAll: Waiting = { bytes: 0 }

  const lose = (those: Iterable<Session>): void => {
    for (const { end } of [...those]) end.close(closeCode.serviceRestart, 'the relay restarts')
  }
  const liveness = createLiveness(nc, {
    side: 'bridge',
    id: replica,
    onDead: (dead) => lose([...sessions.values()].filter(({ gateway }) => gateway === dead)),
  })

  const open = ({ gateway, session: id, source, url }: OpenRelaySession): void => {
    if (sessions.has(id)) throw new DomainError('conflict', 'the session is open')
    if (sessions.size >= maxSessions)
      throw new DomainError('unavailable', 'too many connections to the relay', { retryAfter: 5 })
    const reply = relaySubject.up(replica, id)
    const end: TunnelEnd = createTunnelEnd({
      publish: (frame) => {
        if (!nc.isClosed()) nc.publish(relaySubject.down(gateway, id), frame, { reply })
      },
      onText: (text) => handler.onText(text),
      onCredit: () => outbox.flush(),
      onClosed: () => {
        sessions.delete(id)
        outbox.stop()
        handler.onClosed()
      },
    })
    const outbox = createOutbox(end, inAll)
    liveness.watch(gateway)
    sessions.set(id, { gateway, end, outbox })
    const handler = accept({
      source,
      url,
      send: outbox.send,
      room: outbox.room,
      done: end.confirm,
      close: end.close,
      get closed() {
        return end.closed
      },
    })
  }

  const up = nc.subscribe(relaySubject.up(replica, '*'), {
    callback: (error, message) => {
      if (error) return
      const session = sessions.get(message.subject.split('.').at(-1) ?? '')
      const noResponders = message.headers?.code === 503
      if (session && noResponders) lose([session])
      else if (session) session.end.receive(message.data)
      else if (!noResponders && message.reply) message.respond(encodeClose(closeCode.serviceRestart, 'no such session'))
    },
  })
  const opening = serveCommand(
    nc,
    { subject: relaySubject.open, queue: 'relay-bridge', schema: OpenRelaySession, log },
    async (command) => {
      open(command)
      return { replica }
    },
  )
  const beats = setInterval(() => {
    for (const { end } of sessions.values()) end.beat()
  }, beatEvery)
  const forget = jetstream.onDisconnect(() => lose(sessions.values()))

  return {
    get sessions() {
      return sessions.size
    },
    stop: async () => {
      await opening.stop()
      clearInterval(beats)
      lose(sessions.values())
      liveness.stop()
      forget()
      if (nc.isClosed()) return
      up.unsubscribe()
      await nc.flush().catch(() => undefined)
    },
  }
}
