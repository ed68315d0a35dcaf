import { addressOf } from '@kez-chat/messaging'
import { addressOfEvent, KIND_ACK, KIND_MESSAGE } from '@kez-chat/messaging/nostr'
import { createRelayInProcess, type RelayInProcess } from '@kez-chat/testkit'
import { createAttacker } from './attacks.ts'
import { createChance } from './chance.ts'
import { createHomeServer } from './home-server.ts'
import { drawIdentity } from './identity.ts'
import { createPerson } from './person.ts'
import type { Action, Plan } from './plan.ts'
import type { Plant } from './plant.ts'
import type { SerialCrypto } from './serial-crypto.ts'
import { type Broken, createTruth, type Truth } from './truth.ts'
import { createWorldClock } from './world-clock.ts'

export interface Outcome {
  readonly plan: Plan
  readonly broken: Broken | undefined
  readonly truth: Truth
  readonly conversations: number
  readonly messages: number
  /** How long the world lasted, ms of its own time. */
  readonly lasted: number
}

type RelayAction = Extract<Action, { readonly relay: number }>

const actOnRelay = (relay: RelayInProcess, action: RelayAction): void => {
  if (action.kind === 'relay') relay.set(action.faults)
  else if (action.kind === 'relay-down') relay.down()
  else if (action.kind === 'relay-up') relay.up()
  else if (action.kind === 'notice') relay.say('["NOTICE","error: could not be stored"]')
  else relay[action.kind]()
}

const BEGINS = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const BRIDGE_MS = 5 * MINUTE
/** After all faults: two clocks may have been an hour apart each way. */
const SERVED_MS = 2.5 * HOUR
const PROMPT_MS = 10 * MINUTE
/** After all faults: a message that relays have lost goes out anew after a day. */
const MOST_PEACE_MS = 60 * HOUR
/** And longer still, for what might be shown or acknowledged once more. */
const AFTERMATH_MS = HOUR

/** Carries a plan out, holding every claim of the clients against the truth, until a promise is broken or all is well. */
export const runWorld = async (
  plan: Plan,
  crypto: SerialCrypto,
  plant: Plant = { says: 'nothing' },
): Promise<Outcome> => {
  const clock = createWorldClock(BEGINS, crypto)
  const chance = createChance(`world ${plan.seed}`)
  const people = plan.people.map(({ name, home }) => drawIdentity(chance.of(name), name, `home-${home}.example.org`))
  const accepted = new Set(plan.people.flatMap(({ accepts }, who) => accepts.map((whom) => `${who} ${whom}`)))
  const accepts = (who: number, whom: number): boolean => accepted.has(`${who} ${whom}`)
  let broken: Broken | undefined

  const truth = createTruth({
    ...{ now: clock.now, names: plan.people.map(({ name }) => name), primaries: people.map(({ key }) => key.primary) },
    ...{ accepts, onBroken: (first) => (broken ??= first) },
  })
  const relays = Array.from({ length: plan.relays }, (_, index) =>
    createRelayInProcess({
      ...{ clock, random: chance.of(`relay ${index}`).random, host: `relay-${index}.example.org` },
      faults: { delay: [5, 50] },
    }),
  )
  const urls = relays.map((_, index) => `wss://relay-${index}.example.org`)
  const servers = Array.from({ length: plan.homes }, (_, index) => createHomeServer(clock, chance.of(`home ${index}`)))
  const homes =
    plan.ways === 'relays' ? undefined : new Map(servers.map((server, index) => [`home-${index}.example.org`, server]))
  const openSocket = (url: string) => {
    const relay = relays[urls.indexOf(url)]
    if (!relay) throw new Error(`no relay at ${url}`)
    return relay.openSocket()
  }
  const surroundings = {
    ...{ clock, truth, plant, people, accepts, homes },
    openSocket: plan.ways === 'homes' ? undefined : openSocket,
  }
  const devices = people.map((who, index) => {
    const own = (plan.people[index]?.relays ?? []).flatMap((relay) => urls[relay] ?? [])
    return createPerson(surroundings, index, who, own, chance.of(`device ${index}`))
  })
  const attack = createAttacker({ clock, truth, people, relays, homes }, chance.of('mallory'))

  const bridge = (): void => {
    for (const event of relays.flatMap((relay) => relay.stored())) {
      if (event.kind !== KIND_MESSAGE && event.kind !== KIND_ACK) continue
      const person = people.find(({ key }) => addressOf(key.primary) === addressOfEvent(event))
      if (person) homes?.get(person.server)?.hear(person.handle, event)
    }
    clock.after(BRIDGE_MS, bridge)
  }

  const startLater = (who: number, ms: number): void =>
    void clock.after(ms, () => {
      devices[who]?.start()
    })

  const act = (action: Action): void => {
    switch (action.kind) {
      case 'say':
        devices[action.from]?.say(action.to, action.text)
        break
      case 'accept':
        accepted.add(`${action.who} ${action.whom}`)
        void devices[action.who]?.accepted(action.whom)
        break
      case 'crash': {
        const { who, write, kept, forMs } = action
        devices[who]?.crashAt(write, kept, () => startLater(who, forMs))
        break
      }
      case 'quit': {
        const { who, forMs } = action
        void devices[who]?.quit().then(() => startLater(who, forMs))
        break
      }
      case 'network':
        devices[action.who]?.setOnline(action.on)
        break
      case 'clock':
        devices[action.who]?.setClock(action.aheadMs)
        break
      case 'home':
        truth.note(undefined, `home-${action.home} ${JSON.stringify(action.faults)}`)
        servers[action.home]?.set(action.faults)
        break
      case 'attack':
        void attack(action.attack, action.nth)
        break
      default: {
        const relay = relays[action.relay]
        truth.note(undefined, `relay-${action.relay} ${JSON.stringify(action)}`)
        if (relay) actOnRelay(relay, action)
      }
    }
  }

  const isOpen = (): boolean =>
    [...truth.fates.values()].some(
      (fate) => fate.shown === 0 || (accepts(fate.to, fate.from) && fate.told !== 'delivered'),
    )

  const peace = (): void => {
    for (const relay of relays) {
      relay.set({ delay: [5, 50] })
      // As if it was started anew: what it dropped on an open connection nobody can know of.
      relay.cut()
      relay.up()
    }
    for (const server of servers) server.set({})
    for (const device of devices) {
      device.disarm()
      device.setClock(0)
      device.setOnline(true)
      device.start()
    }
  }

  const judge = (): void => {
    for (const fate of truth.fates.values()) {
      if (fate.shown === 0) truth.broken('everything arrives', `${fate.told}, and never shown`, fate)
      else if (accepts(fate.to, fate.from) && fate.told !== 'delivered') {
        truth.broken('what has arrived is known to have', `still ${fate.told}`, fate)
      }
    }
    for (const [who, device] of devices.entries()) {
      for (const from of people.keys()) {
        if (who !== from && device.gaps(from) > 0) truth.broken('gaps close', `${who} misses something of ${from}`)
      }
    }
  }

  /** Long enough after peace, what is there to be read has been read. */
  const judgeServed = (): void => {
    for (const fate of truth.fates.values()) {
      const reads = new Set(devices[fate.to]?.relayUrls)
      const isServed = relays.some(
        (relay, index) => reads.has(urls[index] ?? '') && relay.served().some(({ id }) => fate.events.has(id)),
      )
      if (fate.shown === 0 && isServed) truth.broken('what a relay serves is shown', 'served, and not shown', fate)
    }
  }

  /** With nothing wrong any more, everybody writes to the next one. */
  const judgePeace = async (): Promise<void> => {
    const before = new Set(truth.fates.keys())
    for (const [who, device] of devices.entries()) device.say((who + 1) % devices.length, `in peace, from ${who}`)
    await clock.run(clock.now() + PROMPT_MS, isBroken)
    for (const fate of truth.fates.values()) {
      const isDone = fate.shown > 0 && (fate.told === 'delivered' || !accepts(fate.to, fate.from))
      if (!before.has(fate.id) && !isDone) truth.broken('in peace messages are quick', fate.told, fate)
    }
  }

  const isBroken = (): boolean => broken !== undefined
  for (const action of plan.actions) clock.after(action.at, () => act(action))
  for (const device of devices) device.start()
  if (plan.bridged) clock.after(BRIDGE_MS, bridge)

  await clock.run(BEGINS + plan.endsAt, isBroken)
  if (!broken) peace()
  const patience = clock.now() + MOST_PEACE_MS
  const soon = clock.now() + SERVED_MS
  while (!broken && isOpen() && clock.now() < soon) await clock.run(clock.now() + MINUTE, isBroken)
  if (!broken) judgeServed()
  if (!broken) await judgePeace()
  while (!broken && isOpen() && clock.now() < patience) await clock.run(clock.now() + MINUTE, isBroken)
  await clock.run(clock.now() + AFTERMATH_MS, isBroken)
  if (!broken) judge()

  for (const device of devices) device.kill()
  await Promise.all(relays.map((relay) => relay.destroy()))
  const fates = [...truth.fates.values()]
  return {
    ...{ plan, broken, truth, messages: fates.length, lasted: clock.now() - BEGINS },
    conversations: new Set(fates.map(({ from, to }) => [from, to].toSorted().join())).size,
  }
}
