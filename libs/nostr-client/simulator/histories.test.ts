import { afterAll, expect, test } from 'vitest'
import type { Action, Plan } from './plan.ts'
import { report } from './report.ts'
import { makeCryptoSerial } from './serial-crypto.ts'
import { type Outcome, runWorld } from './world.ts'

const crypto = makeCryptoSerial()
afterAll(crypto.restore)

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Anna (0) writes to Bela (1) in a world where just these things happen. */
const live = async (ways: Plan['ways'], actions: readonly Action[], relays = 1): Promise<Outcome> => {
  const own = Array.from({ length: relays }, (_, index) => index)
  const people = ['anna', 'bela'].map((name, who) => ({ name, home: 0, relays: own, accepts: [1 - who] }))
  const endsAt = Math.max(...actions.map(({ at }) => at)) + MINUTE
  const says: Action = { kind: 'say', at: MINUTE, from: 0, to: 1, text: 'hello' }
  const all = [says, ...actions].toSorted((a, b) => a.at - b.at)
  return runWorld({ seed: 1, people, relays, homes: 1, ways, bridged: false, actions: all, endsAt }, crypto)
}

const expectKept = (outcome: Outcome): void => {
  expect(outcome.broken && report(outcome, '')).toBeUndefined()
  const hello = [...outcome.truth.fates.values()].find(({ text }) => text === 'hello')
  expect(hello).toMatchObject({ shown: 1, told: 'delivered' })
}

const shownAt = ({ truth }: Outcome): string | undefined =>
  [...truth.fates.values()][0]?.history.find((line) => line.includes('bela shows it'))?.slice(0, 5)

test.each(['homes', 'relays'] as const)(
  '%s: what somebody with a clock an hour ahead wrote is read in its time',
  async (ways) => {
    const outcome = await live(ways, [
      { kind: 'clock', at: 0, who: 0, aheadMs: HOUR },
      { kind: 'clock', at: 10 * MINUTE, who: 0, aheadMs: 0 },
    ])
    expectKept(outcome)
    expect(shownAt(outcome)).toMatch(/^00:5[67]|^01:0/)
  },
)

test.each(['homes', 'relays'] as const)('%s: what waits for its time is not lost by a restart', async (ways) => {
  const outcome = await live(ways, [
    { kind: 'clock', at: 0, who: 1, aheadMs: -HOUR },
    { kind: 'quit', at: 5 * MINUTE, who: 1, forMs: MINUTE },
    { kind: 'clock', at: 20 * MINUTE, who: 1, aheadMs: 0 },
  ])
  expectKept(outcome)
  expect(shownAt(outcome)).toMatch(/^00:2[012]/)
})

test.each(['homes', 'relays'] as const)(
  '%s: an acknowledgement dated ahead of its reader’s clock counts in its time',
  async (ways) => {
    const outcome = await live(ways, [
      { kind: 'clock', at: 0, who: 0, aheadMs: -HOUR },
      { kind: 'clock', at: 30 * MINUTE, who: 0, aheadMs: 0 },
    ])
    expectKept(outcome)
    expect(outcome.lasted).toBeLessThan(6 * HOUR)
  },
)

test('what relays took and lost while its reader was away for two days comes anew', async () => {
  const outcome = await live('relays', [
    { kind: 'quit', at: 0, who: 1, forMs: 50 * HOUR },
    { kind: 'wipe', at: 3 * HOUR, relay: 0 },
    { kind: 'notice', at: 5 * HOUR, relay: 0 },
    { kind: 'cut', at: 51 * HOUR, relay: 0 },
  ])
  expectKept(outcome)
  expect(shownAt(outcome)).toMatch(/^50:/)
})

test('an acknowledgement that every relay took and lost goes out once more when the message comes anew', async () => {
  const outcome = await live('relays', [
    { kind: 'quit', at: 0, who: 1, forMs: 10 * MINUTE },
    { kind: 'relay', at: 2 * MINUTE, relay: 0, faults: { delay: [5, 50], okNotStored: 1 } },
    { kind: 'relay', at: HOUR, relay: 0, faults: { delay: [5, 50] } },
  ])
  expectKept(outcome)
})

test('an acknowledgement reaches the one relay its reader reads, though it was away for hours', async () => {
  const outcome = await live(
    'relays',
    [
      { kind: 'quit', at: 0, who: 1, forMs: 10 * MINUTE },
      { kind: 'relay', at: 5 * MINUTE, relay: 0, faults: { delay: [5, 50], refuse: 'error: no disk left' } },
      { kind: 'quit', at: 9 * MINUTE, who: 0, forMs: 3 * HOUR },
      { kind: 'wipe', at: 2 * HOUR, relay: 1 },
      { kind: 'relay', at: 2.5 * HOUR, relay: 0, faults: { delay: [5, 50] } },
      { kind: 'cut', at: 5 * HOUR, relay: 1 },
    ],
    2,
  )
  expectKept(outcome)
  expect(outcome.lasted).toBeLessThan(12 * HOUR)
})
