import type { RelayFaults } from '@kez-chat/testkit'
import { type Chance, createChance } from './chance.ts'
import type { HomeFaults } from './home-faults.ts'
import type { Action, AttackName, Plan, PlannedPerson } from './plan.ts'

export interface PlanOptions {
  /** For how long things go wrong, hours. */
  readonly hours: number
  readonly mostPeople: number
  /** Messages for each conversation, at most. */
  readonly mostMessages: number
  /** Only worlds with these ways. */
  readonly ways?: Plan['ways']
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const names = ['anna', 'bela', 'cora', 'dora', 'emil', 'fred']

type Draw<T> = (chance: Chance) => T

const someDelay: Draw<readonly [number, number]> = (chance) => [5, chance.pick([20, 200, 3_000])]

/** One thing that can go wrong at a relay each; some worlds have several at once. */
const relayFaults: readonly [Draw<RelayFaults>, ...Draw<RelayFaults>[]] = [
  (chance) => ({ dropIn: chance.between(0.1, 0.9) }),
  (chance) => ({ dropOut: chance.between(0.1, 0.9) }),
  (chance) => ({ delay: [100, chance.between(1_000, 20_000)] }),
  () => ({ duplicate: 0.7 }),
  () => ({ reorder: { share: 0.5, within: 10_000 } }),
  (chance) => ({ lateOk: chance.between(5_000, 60_000) }),
  (chance) => ({ okNotStored: chance.between(0.3, 1) }),
  (chance) => ({ okNotServed: chance.between(0.3, 1) }),
  (chance) => ({ auth: chance.pick(['write', 'read', 'all'] as const) }),
  () => ({ auth: 'all', authRefused: true }),
  () => ({ neverEose: true }),
  (chance) => ({ flap: [500, chance.between(2_000, 60_000)] }),
  (chance) => ({ clock: chance.pick([-3_600, -1_800, 1_800, 3_600]) }),
  () => ({ silent: true }),
  (chance) => ({ refuse: chance.pick(['blocked: not here', 'rate-limited: slow down', 'error: no disk left']) }),
  () => ({ members: [] }),
  () => ({ closed: 'error: shutting down' }),
]

const drawRelayFaults: Draw<RelayFaults> = (chance) => {
  let faults: RelayFaults = { delay: someDelay(chance) }
  for (let count = chance.whole(1, 3); count > 0; count--) faults = { ...faults, ...chance.pick(relayFaults)(chance) }
  return faults
}

const homeFaults: readonly [Draw<HomeFaults>, ...Draw<HomeFaults>[]] = [
  () => ({ down: true }),
  (chance) => ({ unavailable: chance.between(0.3, 1) }),
  (chance) => ({ limited: chance.between(0.3, 1) }),
  (chance) => ({ full: chance.between(0.3, 1) }),
  (chance) => ({ lost: chance.between(0.3, 1) }),
  (chance) => ({ answerLost: chance.between(0.3, 1) }),
  (chance) => ({ delay: [50, chance.between(1_000, 12_000)] }),
  (chance) => ({ cut: chance.between(0.2, 0.8) }),
]

const drawPeople = (chance: Chance, count: number, relays: number, homes: number): PlannedPerson[] =>
  names.slice(0, count).map((name, who) => ({
    name,
    home: chance.whole(0, homes - 1),
    // The first relay is everybody's; otherwise two people might have no relay in common.
    relays: [0, ...Array.from({ length: relays - 1 }, (_, i) => i + 1).filter(() => chance.happens(0.7))],
    accepts: Array.from({ length: count }, (_, whom) => whom).filter((whom) => whom !== who && chance.happens(0.85)),
  }))

/** Everything that will happen in a world, from its seed. */
export const makePlan = (seed: number, options: PlanOptions): Plan => {
  const chance = createChance(`plan ${seed}`)
  const endsAt = options.hours * HOUR
  const counts = { people: chance.whole(2, options.mostPeople), relays: chance.whole(2, 4), homes: chance.whole(1, 2) }
  const people = drawPeople(chance.of('people'), counts.people, counts.relays, counts.homes)
  const ways = options.ways ?? chance.pick(['both', 'both', 'relays', 'relays', 'homes'])
  const actions: Action[] = []
  const somewhen = (from: Chance): number => Math.floor(from.between(0, endsAt))
  const times = (name: string, count: number, act: (from: Chance) => Action[]): void => {
    for (let i = 0; i < count; i++) actions.push(...act(chance.of(`${name} ${i}`)))
  }
  const person = (from: Chance): number => from.whole(0, counts.people - 1)
  const relay = (from: Chance): number => from.whole(0, counts.relays - 1)

  for (const from of people.keys()) {
    for (const to of people.keys()) {
      if (from === to) continue
      times(`say ${from} ${to}`, chance.whole(0, options.mostMessages), (of) => [
        { kind: 'say', at: somewhen(of), from, to, text: '' },
      ])
      if (chance.happens(0.5))
        times(`accept ${from} ${to}`, 1, (of) => [{ kind: 'accept', at: somewhen(of), who: from, whom: to }])
    }
  }
  const rough = Math.ceil(options.hours)
  times('relay', counts.relays * rough * 2, (of) => {
    const at = somewhen(of)
    const which = relay(of)
    const until = at + Math.floor(of.between(MINUTE, 2 * HOUR))
    return [
      { kind: 'relay', at, relay: which, faults: drawRelayFaults(of) },
      { kind: 'relay', at: until, relay: which, faults: { delay: someDelay(of) } },
    ]
  })
  times('relay down', rough, (of) => {
    const [at, which] = [somewhen(of), relay(of)]
    return [
      { kind: 'relay-down', at, relay: which },
      { kind: 'relay-up', at: at + Math.floor(of.between(MINUTE, HOUR)), relay: which },
    ]
  })
  times('wipe', chance.whole(0, 2), (of) => [{ kind: 'wipe', at: somewhen(of), relay: relay(of) }])
  times('cut', rough, (of) => [{ kind: 'cut', at: somewhen(of), relay: relay(of) }])
  times('notice', rough * 4, (of) => [{ kind: 'notice', at: somewhen(of), relay: relay(of) }])
  times('home', counts.homes * rough * 2, (of) => {
    const [at, home] = [somewhen(of), of.whole(0, counts.homes - 1)]
    return [
      { kind: 'home', at, home, faults: of.pick(homeFaults)(of) },
      { kind: 'home', at: at + Math.floor(of.between(MINUTE, 2 * HOUR)), home, faults: {} },
    ]
  })
  times('crash', counts.people * rough, (of) => {
    const who = person(of)
    return [
      {
        ...{ kind: 'crash', at: somewhen(of), who, write: of.whole(1, 12), kept: of.happens(0.5) },
        forMs: Math.floor(of.between(1_000, of.pick([MINUTE, 2 * HOUR]))),
      },
    ]
  })
  times('quit', Math.ceil((counts.people * rough) / 2), (of) => [
    {
      kind: 'quit',
      at: somewhen(of),
      who: person(of),
      forMs: Math.floor(of.between(1_000, of.pick([MINUTE, 3 * HOUR]))),
    },
  ])
  times('network', counts.people * rough, (of) => {
    const [at, who] = [somewhen(of), person(of)]
    return [
      { kind: 'network', at, who, on: false },
      { kind: 'network', at: at + Math.floor(of.between(1_000, of.pick([MINUTE, 2 * HOUR]))), who, on: true },
    ]
  })
  times('clock', Math.ceil(counts.people / 2), (of) => {
    const [at, who] = [somewhen(of), person(of)]
    return [
      { kind: 'clock', at, who, aheadMs: Math.floor(of.between(-HOUR, HOUR)) },
      { kind: 'clock', at: at + Math.floor(of.between(MINUTE, 4 * HOUR)), who, aheadMs: 0 },
    ]
  })
  const attacks: readonly [AttackName, ...AttackName[]] = ['unsigned-ack', 'foreign-ack', 'foreign-home-ack', 'repost']
  times('attack', rough * 6, (of) => [
    { kind: 'attack', at: somewhen(of), attack: of.pick(attacks), nth: of.whole(0, 1_000) },
  ])

  const inOrder = actions.filter(({ at }) => at < endsAt).toSorted((a, b) => a.at - b.at)
  const spoken = inOrder.map((action, i) => (action.kind === 'say' ? { ...action, text: `message ${i}` } : action))
  return {
    seed,
    people,
    ...{ relays: counts.relays, homes: counts.homes, ways },
    bridged: chance.happens(0.5),
    actions: spoken,
    endsAt,
  }
}
