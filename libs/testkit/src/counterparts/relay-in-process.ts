import { type Clock, systemClock } from './clock.ts'
import { createRelayBehindFront, type FaultyRelayOptions } from './relay-behind-front.ts'

type Listener = (event: { readonly data: unknown }) => void

/** The client's end of a connection, as far as a WebSocket of the platform is used. */
export type InProcessSocket = {
  readonly bufferedAmount: number
  send(data: string): void
  close(): void
  addEventListener(type: string, listener: Listener): void
}

const CONNECT_MS = 20

/**
 * A real relay of another author, with the same faults, without TCP: frames are handed over in this process, by the
 * clock that is given. So a simulator can have hours pass in a moment.
 */
export const createRelayInProcess = ({
  clock = systemClock,
  ...options
}: FaultyRelayOptions & { readonly clock?: Clock; readonly host?: string }) => {
  const { connect, cut, destroy, set, stored, served, wipe, say, connections } = createRelayBehindFront({
    ...options,
    clock,
  })
  let isUp = true

  const openSocket = (): InProcessSocket => {
    const listeners = new Map<string, Listener[]>()
    const onEnd: (() => void)[] = []
    let toRelay: (text: string) => void = () => undefined
    let state: 'connecting' | 'open' | 'closed' = 'connecting'

    const tell = (type: string, data?: unknown): void => {
      for (const listener of listeners.get(type) ?? []) listener({ data })
    }
    const end = (type: 'close' | 'error'): void => {
      if (state === 'closed') return
      state = 'closed'
      for (const ended of onEnd) ended()
      tell(type)
    }

    clock.after(CONNECT_MS, () => {
      if (state === 'closed') return
      if (!isUp) return end('error')
      state = 'open'
      connect({
        isOpen: () => state === 'open',
        send: (text) => tell('message', text),
        close: () => end('close'),
        onMessage: (listener) => {
          toRelay = listener
        },
        onClose: (listener) => void onEnd.push(listener),
      })
      tell('open')
    })

    return {
      bufferedAmount: 0,
      send: (text) => {
        if (state === 'open') toRelay(text)
      },
      close: () => end('close'),
      addEventListener: (type, listener) => void listeners.set(type, [...(listeners.get(type) ?? []), listener]),
    }
  }

  return {
    openSocket,
    ...{ set, stored, served, wipe, say, connections, cut, destroy },
    /** Nobody can connect any more; what it keeps stays. */
    down: (): void => {
      isUp = false
      cut()
    },
    up: (): void => {
      isUp = true
    },
  }
}

export type RelayInProcess = ReturnType<typeof createRelayInProcess>
