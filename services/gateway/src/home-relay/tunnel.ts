import { randomBytes } from 'node:crypto'
import { OpenedRelaySession, type OpenRelaySession, relaySubject } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import {
  closeCode,
  createLiveness,
  createTunnelEnd,
  encodeClose,
  requestCommand,
  type TunnelEnd,
} from '@kez-chat/runtime'

export type RelayListener = Pick<Parameters<typeof createTunnelEnd>[0], 'onText' | 'onCredit' | 'onClosed'>

/** Sessions with the relay bridge: this gateway's ends of them. */
export type RelayTunnel = {
  /**
   * Opens a session at one replica of the bridge.
   * @throws {DomainError} `unavailable` when none answers
   */
  open(who: Pick<OpenRelaySession, 'source' | 'url'>, listener: RelayListener): Promise<TunnelEnd>
  stop(): void
}

type Session = { end: TunnelEnd; replica: string | undefined }

const beatEvery = 15_000
const noResponders = 503

export const newRelayId = (): string => randomBytes(12).toString('hex')

export const openRelayTunnel = ({ nc, onDisconnect }: JetStream): RelayTunnel => {
  const gateway = newRelayId()
  const sessions = new Map<string, Session>()

  const lose = (those: Iterable<Session>, reason: string): void => {
    for (const { end } of [...those]) end.close(closeCode.serviceRestart, reason)
  }
  const liveness = createLiveness(nc, {
    side: 'gateway',
    id: gateway,
    onDead: (dead) =>
      lose(
        [...sessions.values()].filter(({ replica }) => replica === dead),
        'the relay restarts',
      ),
  })
  const subscription = nc.subscribe(relaySubject.down(gateway, '*'), {
    callback: (error, message) => {
      const session = error ? undefined : sessions.get(message.subject.split('.').at(-1) ?? '')
      // The server itself answers when nobody listens for what was sent up.
      if (message.headers?.code === noResponders) lose(session ? [session] : [], 'the relay restarts')
      else if (session) session.end.receive(message.data)
      // Opened there after this side had given up waiting for the answer.
      else if (!error && message.reply) message.respond(encodeClose(closeCode.goingAway, 'no such session'))
    },
  })
  const beats = setInterval(() => {
    for (const { end } of sessions.values()) end.beat()
  }, beatEvery)
  const forget = onDisconnect(() => lose(sessions.values(), 'the relay is not reachable'))

  return {
    open: async (who, listener) => {
      const id = newRelayId()
      const session: Session = {
        replica: undefined,
        end: createTunnelEnd({
          ...listener,
          publish: (frame) => {
            if (session.replica === undefined || nc.isClosed()) return
            nc.publish(relaySubject.up(session.replica, id), frame, { reply: relaySubject.down(gateway, id) })
          },
          onClosed: (code, reason) => {
            sessions.delete(id)
            listener.onClosed(code, reason)
          },
        }),
      }
      sessions.set(id, session)
      try {
        const command: OpenRelaySession = { ...who, gateway, session: id }
        const { replica } = await requestCommand(nc, relaySubject.open, command, OpenedRelaySession)
        liveness.watch(replica)
        session.replica = replica
        // It could not be told before it was known which replica it is.
        if (session.end.closed && !nc.isClosed())
          nc.publish(relaySubject.up(replica, id), encodeClose(closeCode.goingAway, 'the client left'))
        return session.end
      } catch (error) {
        sessions.delete(id)
        throw error
      }
    },
    stop: () => {
      lose(sessions.values(), 'the server restarts')
      forget()
      clearInterval(beats)
      liveness.stop()
      if (!nc.isClosed()) subscription.unsubscribe()
    },
  }
}
