import type { PrimaryId } from '@kez-chat/identity'
import { createThreadLinks, innerHash, MessageError, open, outerId, type ThreadLinks } from '@kez-chat/messaging'
import { type Contact, type HomeClient, type Inbox, type OpenSocket, TransportError } from '../src/index.ts'
import type { Chance } from './chance.ts'
import { type Client, startClient } from './client.ts'
import { createDisk } from './disk.ts'
import type { HomeServer } from './home-server.ts'
import type { Identity } from './identity.ts'
import type { Plant, PlantContext } from './plant.ts'
import { createProcess, type Process } from './process.ts'
import type { Truth } from './truth.ts'
import { frameOf, tapped } from './wire.ts'
import type { WorldClock } from './world-clock.ts'

/** What there is outside of a person's device. */
export interface Surroundings {
  readonly clock: WorldClock
  readonly truth: Truth
  readonly plant: Plant
  readonly people: readonly Identity[]
  readonly accepts: (who: number, whom: number) => boolean
  /** Undefined = there is no such way. */
  readonly openSocket: OpenSocket | undefined
  readonly homes: ReadonlyMap<string, HomeServer> | undefined
}

/** How soon after an OK came it has to be told. */
const OK_TOLD_MS = 5_000

/** One person with one device, whose program starts, dies and starts again. */
export const createPerson = (
  world: Surroundings,
  me: number,
  who: Identity,
  relayUrls: readonly string[],
  chance: Chance,
) => {
  const { clock, truth, plant, people } = world
  const disk = createDisk()
  const inPeople = new Map<PrimaryId, number>(people.map(({ key }, index) => [key.primary, index]))
  const threads = new Map<PrimaryId, ThreadLinks>()
  const cuts = new Set<() => void>()
  let online = true
  let aheadMs = 0
  let lives = 0
  let running: { readonly process: Process; readonly client: Promise<Client>; saying: Promise<unknown> } | undefined

  const contactOf = (primary: PrimaryId): Contact | undefined => {
    const index = inPeople.get(primary)
    const person = people[index ?? -1]
    if (index === undefined || !person) return undefined
    const { handle, server, transportKey } = person
    return {
      ...{ primary, handle: `${handle}@${server}`, nostr: transportKey.publicKey },
      accepted: world.accepts(me, index),
    }
  }

  /** An OK that came has to be told, unless a newer event has made it old news. */
  const expectTold = (
    process: Process,
    client: () => Client | undefined,
    url: string,
    id: string,
    innerId: string,
  ): void => {
    clock.after(OK_TOLD_MS, () => {
      const fate = truth.fates.get(innerId)
      const status = client()?.courier.status(innerId)
      if (!process.isAlive() || !fate || !status || status.state === 'delivered') return
      const isNewest = [...fate.events].at(-1) === id || [...fate.events].at(-2) === id
      if (!isNewest || status.routes.relay.state === 'sent') return
      truth.broken(
        'an OK that came counts, however late',
        `${url} said OK, relays told ${status.routes.relay.state}`,
        fate,
      )
    })
  }

  const socketsOf = (context: PlantContext, client: () => Client | undefined): OpenSocket => {
    const { openSocket } = world
    const { process } = context
    return (url) => {
      if (!openSocket) throw new Error('no relays')
      const wire = openSocket(url)
      const cut = (): void => wire.close()
      cuts.add(cut)
      process.onDeath(cut)
      if (!online) process.timing.after(1, cut)
      const heard = tapped(wire, {
        out: (text) => {
          if (!process.isAlive()) return []
          const [type, event] = frameOf(text)
          if (type === 'EVENT') truth.sends(me, url, event)
          return [text]
        },
        in: (text) => {
          if (!process.isAlive()) return []
          const [type, id, accepted, said] = frameOf(text)
          if (type !== 'OK') return [text]
          const fate = truth.ok(me, url, String(id), accepted === true, String(said))
          if (fate) expectTold(process, client, url, String(id), fate.id)
          return [text]
        },
      })
      const tap = plant.tap?.(context)
      return tap ? tapped(heard, tap) : heard
    }
  }

  /** Acknowledgements are opened as their recipient would, to see what they say. */
  const lookInto = async (post: Parameters<HomeClient['postMessage']>[0]): Promise<void> => {
    const recipient = people.find(({ handle }) => handle === post.to)
    if (!recipient) return
    try {
      const { body } = await open(post.envelope, recipient.key, { now: clock.now() + aheadMs })
      if (body.type === 'kez-ack-v1') truth.homeAck(me, body.inner_id, outerId(post.envelope))
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
    }
  }

  const homeClientOf =
    (process: Process) =>
    (server: string): HomeClient => {
      const home = world.homes?.get(server)
      if (!home) throw new Error(`no server ${server}`)
      const client = home.clientFor({
        after: process.timing.after,
        isOnline: () => online && process.isAlive(),
        onAccepted: (id) => truth.homeTook(me, id),
      })
      return {
        openInbox: client.openInbox,
        postMessage: async (post, options) => {
          await lookInto(post)
          return client.postMessage(post, options)
        },
      }
    }

  const inboxOf = (process: Process): Inbox => ({
    take: (message) =>
      process.write(() => {
        const { from, innerId, sentAt } = message.seen
        const key = `${from}/${innerId}`
        if (disk.guard.has(key)) return false
        disk.guard.set(key, sentAt)
        show(message)
        return true
      }),
  })

  const show = (message: Parameters<Inbox['take']>[0]): void => {
    disk.shown.push(message)
    truth.shown(me, message)
    const { inner, body, seen } = message
    const thread = threads.get(seen.from) ?? createThreadLinks()
    threads.set(seen.from, thread)
    if (inner) thread.take({ inner, body, sentAt: seen.sentAt })
  }

  const submit = async (process: Process, { courier }: Client, innerId: string): Promise<void> => {
    const draft = disk.drafts.get(innerId)
    if (!draft) return
    await courier.submit(draft)
    await process.write(() => void disk.drafts.delete(innerId))
  }

  const onError =
    (process: Process) =>
    (error: unknown): void => {
      if (process.isAlive()) truth.broken('nothing fails', error instanceof Error ? `${error.stack}` : String(error))
    }

  /** For planted bugs: tells of a delivery without the product's having said so. */
  const believeDelivered = (eventId: string): void => {
    const innerId = truth.byEvent(eventId)?.id ?? ''
    void running?.client.then(({ courier }) => {
      const status = courier.status(innerId)
      if (status) truth.told({ ...status, state: 'delivered' })
    })
  }

  const start = (): void => {
    if (running?.process.isAlive()) return
    truth.note(undefined, `${who.handle} starts`)
    lives += 1
    const own = chance.of(`life ${lives}`)
    const process = createProcess(clock, own.of('process'), () => aheadMs)
    let started: Client | undefined
    const context: PlantContext = { process, disk, tell: believeDelivered }
    const fail = onError(process)
    const client = startClient({
      ...{ who, process, disk, chance: own.of('keys'), plant, context, inbox: inboxOf(process), onError: fail },
      relays: world.openSocket ? { urls: relayUrls, openSocket: socketsOf(context, () => started) } : undefined,
      homes: world.homes ? { own: who.server, clientOf: homeClientOf(process) } : undefined,
      contacts: { find: contactOf },
      onUnopened: (arrival, why) => {
        if (process.isAlive()) truth.unopened(me, arrival, why)
      },
      onStatus: (status) => {
        if (process.isAlive()) truth.told(status)
      },
    })
    process.onDeath(() => truth.note(undefined, `${who.handle} ends`))
    const drafts = [...disk.drafts.keys()]
    const saying = client
      .then(async (ready) => {
        started = ready
        for (const innerId of drafts) await submit(process, ready, innerId)
      })
      .catch(fail)
    running = { process, client, saying }
  }

  const say = async (process: Process, client: Client, to: number, text: string): Promise<void> => {
    const peer = people[to]?.key.primary
    if (!peer) return
    const prev = disk.heads.get(peer)
    const prepared = await client.courier.prepare({
      ...{ to: peer, body: { type: 'text', text } },
      ...(prev === undefined ? {} : { prev }),
    })
    await process.write(() => {
      disk.drafts.set(prepared.inner.id, prepared)
      disk.heads.set(peer, innerHash(prepared.inner))
      truth.written(me, to, text, prepared)
    })
    await submit(process, client, prepared.inner.id)
  }

  return {
    relayUrls,
    start,
    /** Writes a message, unless the program is not running. */
    say: (to: number, text: string): void => {
      const life = running
      if (!life?.process.isAlive()) return
      const { process, client } = life
      // One after the other: each message names the one before.
      life.saying = life.saying
        .then(async () => say(process, await client, to, text))
        .catch((error: unknown) => {
          if (!(error instanceof TransportError)) onError(process)(error)
        })
    },
    accepted: async (whom: number): Promise<void> => {
      const peer = people[whom]?.key.primary
      if (peer && running?.process.isAlive()) await (await running.client).courier.contactAccepted(peer)
    },
    crashAt: (write: number, kept: boolean, onDeath: () => void): void => {
      if (!running?.process.isAlive()) return
      running.process.onDeath(onDeath)
      running.process.crashAt(write, kept)
    },
    /** Ends in order. */
    quit: async (): Promise<void> => {
      const life = running
      if (!life?.process.isAlive()) return
      const { courier } = await life.client
      await courier.stop()
      life.process.kill()
    },
    setOnline: (on: boolean): void => {
      if (on === online) return
      truth.note(undefined, `${who.handle} is ${on ? 'online' : 'offline'}`)
      online = on
      if (!on) for (const cut of cuts) cut()
      cuts.clear()
      if (on && running?.process.isAlive()) void running.client.then(({ courier }) => courier.retryNow())
    },
    setClock: (ms: number): void => {
      aheadMs = ms
    },
    gaps: (from: number): number => threads.get(people[from]?.key.primary ?? who.key.primary)?.gaps().length ?? 0,
    disarm: (): void => running?.process.disarm(),
    kill: (): void => running?.process.kill(),
  }
}
