import type { PrimaryId } from '@kez-chat/identity'
import { type ChunkedFileBody, MAX_MESSAGE_AGE_MS } from '@kez-chat/messaging'
import { type Courier, type MessageStatus, type RouteName, type Sender, TransportError } from '@kez-chat/nostr-client'
import { readConversation } from '../storage/conversations.ts'
import type { Shipment } from '../storage/file-record.ts'
import { changeFile, type OpenFile, openFiles, readPart } from '../storage/files.ts'
import { failFile, storePointer } from '../storage/outgoing-file.ts'
import type { Store } from '../storage/store.ts'
import { createLoading, type Load, type Loading } from './loading.ts'
import type { FileNewsBoard } from './news.ts'
import { preparePart, preparePointer } from './part-message.ts'

export type ShippingOptions = {
  readonly store: Store
  readonly sender: () => Sender
  readonly courier: Pick<Courier, 'submit' | 'forget'>
  /** Unix ms, by the home server's clock. */
  readonly now: () => number
  readonly news: FileNewsBoard
  readonly onStored: (conversations: readonly string[]) => void
  /** The message of a file was stored, to be sent as any other. */
  readonly onPointed: () => void
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

/** A file that is on its way from here. */
type Going = {
  readonly tag: string
  readonly conversation: string
  readonly to: PrimaryId
  readonly pointer: ChunkedFileBody
  readonly innerId: string
  readonly shipment: Shipment
  readonly since: number
  readonly loading: Loading
  /** The parts that the courier has, by number. */
  readonly handed: Map<number, { readonly innerId: string; readonly ways: readonly RouteName[] }>
  pointedAt: number | undefined
  over: boolean
}

const names: readonly RouteName[] = ['home', 'relay']
/** Parts under way at once by each way. */
const most = 8
/** How long a way that lags behind is still given parts, once the message is out and nobody has confirmed the file. */
const linger = 3_600_000
const tickMs = 60_000
const faultPause = 5_000

/**
 * Sends files part by part through the courier, and then the message that points to them: so that it is `sent` only when
 * all of it was taken. Parts are kept nowhere but in the file itself; which of them were taken is written down, so a
 * reload, another leading tab or a day without network change nothing. The files of one conversation go one after the
 * other.
 */
export const createShipping = (options: ShippingOptions) => {
  const { store, courier, news, signal } = options
  const goings = new Map<string, Going>()
  const parts = new Map<string, { readonly going: Going; readonly i: number }>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let working: Promise<void> = Promise.resolve()

  /** One thing after the other: what is handed over, and what is written down of it. */
  const inTurn = (work: () => Promise<void>): void => {
    working = working.then(work).catch((error: unknown) => {
      if (signal.aborted) return
      // The courier has enough for now.
      if (!(error instanceof TransportError)) options.onError(error)
      later(faultPause, pumpAll)
    })
  }

  const later = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!signal.aborted) work()
    }, ms)
    timers.add(timer)
  }

  const tell = ({ tag, conversation, loading, pointer, pointedAt }: Going): void => {
    if (pointedAt !== undefined) news.drop(tag)
    else news.put({ tag, conversation, side: 'own', have: loading.count(), n: pointer.n, pointed: true })
  }

  /** Nothing more of it is sent. */
  const leave = async (going: Going): Promise<void> => {
    going.over = true
    goings.delete(going.tag)
    news.drop(going.tag)
    for (const { innerId } of going.handed.values()) {
      parts.delete(innerId)
      await courier.forget(innerId)
    }
    going.handed.clear()
  }

  const write = async (going: Going, open: boolean): Promise<boolean> => {
    const changed = await changeFile(store, going.tag, (file) => {
      if (file.shipment?.round !== going.shipment.round) return undefined
      return { file: { ...file, shipment: { ...file.shipment, ...going.loading.marks() } }, open }
    })
    return changed !== undefined
  }

  const finish = async (going: Going): Promise<void> => {
    await write(going, false)
    await leave(going)
  }

  const fail = async (going: Going, code: string): Promise<void> => {
    // Its message is out, and stands by itself.
    if (going.pointedAt !== undefined) return finish(going)
    await write(going, false)
    await leave(going)
    if (await failFile(store, going.innerId, code, options.now())) options.onStored([going.conversation])
  }

  const handOver = async (going: Going, { i, ways }: Load): Promise<void> => {
    const before = going.handed.get(i)
    if (before) await courier.forget(before.innerId)
    const data = await readPart(store, going.tag, i)
    if (!data) return leave(going)
    const { to, pointer, shipment } = going
    const prepared = await preparePart(options.sender(), {
      ...{ to, pointer, shipment, i, data, ways, now: options.now() },
    })
    signal.throwIfAborted()
    const innerId = prepared.inner.id
    going.handed.set(i, { innerId, ways })
    parts.set(innerId, { going, i })
    try {
      await courier.submit(prepared)
    } catch (error) {
      going.handed.delete(i)
      parts.delete(innerId)
      going.loading.back(i)
      throw error
    }
  }

  /** All parts are out: the message follows them, at the end of what was written meanwhile. */
  const point = async (going: Going): Promise<void> => {
    const { to, pointer, innerId, shipment, tag } = going
    const stored = await navigator.locks.request('kez-chat-seal', async () => {
      const prev = (await readConversation(store, going.conversation))?.own_head
      const saying = { to, pointer, innerId, sentAt: shipment.sent_at, prev }
      signal.throwIfAborted()
      return storePointer(store, await preparePointer(options.sender(), saying), tag, Date.now())
    })
    if (!stored) return leave(going)
    going.pointedAt = Date.now()
    tell(going)
    options.onStored([going.conversation])
    options.onPointed()
  }

  /** Of those that still have parts to send, the one written first. */
  const isNext = ({ conversation, since }: Going): boolean =>
    [...goings.values()].every(
      (other) => other.conversation !== conversation || other.pointedAt !== undefined || other.since >= since,
    )

  const isOver = ({ pointedAt, loading }: Going): boolean =>
    pointedAt !== undefined && (loading.isDone() || Date.now() - pointedAt > linger)

  const pump = async (going: Going): Promise<void> => {
    if (going.pointedAt === undefined && !isNext(going)) return
    while (!going.over && !signal.aborted) {
      if (isOver(going)) return finish(going)
      const failed = going.loading.failed()
      if (failed !== undefined) return fail(going, failed)
      if (going.pointedAt === undefined && going.loading.isTaken()) {
        await write(going, true)
        await point(going)
        continue
      }
      const load = going.loading.next()
      if (!load) return
      await handOver(going, load)
    }
  }

  const pumpAll = (): void => {
    for (const going of goings.values()) inTurn(() => pump(going))
  }

  const begin = async ({ row: { tag, conversation }, file }: OpenFile): Promise<void> => {
    const { pointer, shipment, inner_id: innerId, since } = file
    const to = (await readConversation(store, conversation))?.primary
    if (!pointer || !shipment || innerId === undefined || to === undefined) return
    const { ways } = options.sender()
    const going: Going = {
      ...{ tag, conversation, to, pointer, innerId, shipment, since, handed: new Map(), over: false },
      pointedAt: shipment.pointed_at,
      loading: createLoading({
        ...{ n: pointer.n, taken: shipment, most },
        ways: names.filter((name) => ways[name]),
      }),
    }
    goings.set(tag, going)
    tell(going)
  }

  const look = async (): Promise<void> => {
    const open = (await openFiles(store)).filter(({ file }) => file.shipment)
    const rounds = new Map(open.map(({ row, file }) => [row.tag, file.shipment?.round]))
    for (const going of [...goings.values()]) {
      if (rounds.get(going.tag) !== going.shipment.round) await leave(going)
    }
    for (const one of open) if (!goings.has(one.row.tag)) await begin(one)
    pumpAll()
  }

  /** Takes what the courier says of a part. Whether it is anything new. */
  const noteWays = (going: Going, i: number, status: MessageStatus): boolean => {
    let changed = false
    for (const name of going.handed.get(i)?.ways ?? []) {
      const { state, attempts, reason } = status.routes[name]
      if (state === 'sent') changed = going.loading.taken(i, name) || changed
      // Without an attempt it is a way that this part was not for, when it was handed over before.
      if (state === 'refused' && attempts > 0) changed = going.loading.refused(name, reason ?? 'refused') || changed
    }
    return changed
  }

  const notePart = async (going: Going, i: number, status: MessageStatus): Promise<void> => {
    if (going.over) return
    if (options.now() - going.shipment.sent_at > MAX_MESSAGE_AGE_MS) return fail(going, 'expired')
    if (!noteWays(going, i, status)) return
    for (const [part, { innerId }] of [...going.handed]) {
      if (going.loading.isUnder(part)) continue
      going.handed.delete(part)
      parts.delete(innerId)
      await courier.forget(innerId)
    }
    tell(going)
    // Deleted meanwhile.
    if (!(await write(going, true))) return leave(going)
    await pump(going)
    if (going.over || going.pointedAt !== undefined) pumpAll()
  }

  const tick = (): void => {
    pumpAll()
    later(tickMs, tick)
  }
  later(tickMs, tick)

  return {
    /** Something was written, given up, or is to be tried again. */
    look: (): void => inTurn(look),
    /** Whether the courier speaks of a part of a file, which nobody else needs to know. */
    note: (status: MessageStatus): boolean => {
      const part = parts.get(status.innerId)
      if (part) inTurn(() => notePart(part.going, part.i, status))
      else if (status.state === 'delivered') {
        const going = [...goings.values()].find(({ innerId }) => innerId === status.innerId)
        // It is whole over there: whatever way still lags need not catch up.
        if (going) inTurn(() => finish(going))
      }
      return part !== undefined
    },
    stop: async (): Promise<void> => {
      for (const timer of timers) clearTimeout(timer)
      await working
    },
  }
}
