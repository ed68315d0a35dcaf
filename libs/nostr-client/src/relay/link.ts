import { jittered, type Timing } from '../timing.ts'
import { isOpen, type OpenSocket, type Socket } from './socket.ts'

/** `idle` = no connection is wanted; `backing_off` = lost or refused, and tried again by itself. */
export type LinkPhase = 'idle' | 'connecting' | 'live' | 'backing_off' | 'stopped'

export interface LinkLimits {
  readonly connectMs: number
  /** Nothing heard for so long: the relay is asked for a sign of life. */
  readonly quietMs: number
  /** And how long it may take to give one. */
  readonly probeMs: number
  readonly shortestPauseMs: number
  readonly longestPauseMs: number
  /** The first pause after the relay was cut off for what it sent; doubled each time, at most 30 minutes. */
  readonly penaltyMs: number
  /** Most bytes waiting in the socket. */
  readonly bufferedBytes: number
}

export const defaultLink: LinkLimits = {
  connectMs: 10_000,
  quietMs: 30_000,
  probeMs: 10_000,
  shortestPauseMs: 500,
  longestPauseMs: 60_000,
  penaltyMs: 60_000,
  bufferedBytes: 4 * 1024 * 1024,
}

export interface LinkOptions {
  readonly url: string
  readonly openSocket: OpenSocket
  readonly timing: Timing
  readonly limits: LinkLimits
  readonly onOpen: () => void
  readonly onData: (data: unknown) => void
  /** The connection, or the attempt at one, ended. */
  readonly onDown: (reason: string) => void
  readonly onPhase: (phase: LinkPhase) => void
  /** Says something that makes any relay answer. */
  readonly probe: () => void
}

export interface Link {
  readonly phase: LinkPhase
  /** Connects and stays connected. */
  start(): void
  /** Closes until `start`. */
  rest(): void
  /** False when not live or when too much waits in the socket. */
  send(text: string): boolean
  /** Tries at once where it would wait; on a live connection, asks for a sign of life. */
  retryNow(): void
  /** Leaves a relay that misbehaves, for longer each time. */
  cut(reason: string): void
  stop(): void
}

/** A connection that held this long was a good one: the next pause starts small again. */
const STEADY_MS = 10_000
const LONGEST_PENALTY_MS = 30 * 60_000

/** One WebSocket at a time to one relay: connects in bounded time, notices silence, reconnects with jitter. */
export const createLink = (options: LinkOptions): Link => {
  const { timing, limits } = options
  let phase: LinkPhase = 'idle'
  let socket: Socket | undefined
  let failures = 0
  let penalties = 0
  let liveSince = 0
  let cutOff = false
  let cancelTimer = (): void => undefined

  const timer = (ms: number, run: () => void): void => {
    cancelTimer()
    cancelTimer = timing.after(ms, run)
  }

  const enter = (next: LinkPhase): void => {
    if (phase === next) return
    phase = next
    options.onPhase(next)
  }

  const watch = (): void => {
    timer(limits.quietMs, () => {
      timer(limits.probeMs, () => down('silent'))
      options.probe()
    })
  }

  const drop = (): void => {
    cancelTimer()
    const leaving = socket
    socket = undefined
    try {
      leaving?.close()
    } catch {
      // Some implementations throw when it was never open.
    }
  }

  const down = (reason: string, pauseMs?: number): void => {
    if (phase !== 'connecting' && phase !== 'live') return
    if (phase === 'live' && timing.now() - liveSince >= STEADY_MS) failures = 0
    drop()
    const wait = pauseMs ?? jittered(timing, failures, limits.shortestPauseMs, limits.longestPauseMs)
    failures += 1
    enter('backing_off')
    timer(wait, connect)
    options.onDown(reason)
  }

  const connect = (): void => {
    cutOff = false
    enter('connecting')
    timer(limits.connectMs, () => down('no connection in time'))
    let opening: Socket
    try {
      opening = options.openSocket(options.url)
    } catch (error) {
      down(error instanceof Error ? error.message : 'not connected')
      return
    }
    socket = opening
    const mine = (run: () => void) => (): void => {
      if (socket === opening) run()
    }
    opening.addEventListener(
      'open',
      mine(() => {
        liveSince = timing.now()
        enter('live')
        watch()
        options.onOpen()
      }),
    )
    opening.addEventListener('message', (event) => {
      if (socket !== opening) return
      watch()
      options.onData(event.data)
    })
    opening.addEventListener(
      'error',
      mine(() => down(phase === 'live' ? 'connection lost' : 'not connected')),
    )
    opening.addEventListener(
      'close',
      mine(() => down('connection closed')),
    )
  }

  const leave = (next: 'idle' | 'stopped', reason: string): void => {
    const was = phase
    drop()
    enter(next)
    if (was === 'connecting' || was === 'live') options.onDown(reason)
  }

  return {
    get phase() {
      return phase
    },
    start: () => {
      if (phase === 'idle') connect()
    },
    rest: () => {
      if (phase !== 'stopped' && phase !== 'idle') leave('idle', 'not needed')
    },
    send: (text) => {
      if (phase !== 'live' || !socket || !isOpen(socket) || socket.bufferedAmount > limits.bufferedBytes) return false
      try {
        socket.send(text)
        return true
      } catch {
        return false
      }
    },
    retryNow: () => {
      if (phase === 'backing_off' && !cutOff) connect()
      else if (phase === 'live') {
        timer(limits.probeMs, () => down('silent'))
        options.probe()
      }
    },
    cut: (reason) => {
      penalties += 1
      cutOff = true
      down(reason, jittered(timing, penalties - 1, limits.penaltyMs, LONGEST_PENALTY_MS))
    },
    stop: () => {
      if (phase !== 'stopped') leave('stopped', 'stopped')
    },
  }
}
