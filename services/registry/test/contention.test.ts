import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  entriesOf,
  freshHandle,
  newKey,
  outcome,
  personEvents,
  register,
  registrationOf,
  startWorld,
  type World,
} from './rig.ts'

let world: World
let eventsBefore: number

beforeAll(async () => {
  world = await startWorld()
  await Promise.all([world.startRegistry(), world.startRegistry()])
})
afterAll(() => world.stop())
beforeEach(async () => {
  eventsBefore = (await personEvents(await world.asRegistry())).length
})

const newEvents = async () =>
  (await personEvents(await world.asRegistry())).slice(eventsBefore).map(({ event }) => event)

const tally = (outcomes: string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

test('of 50 claims of one handle at once through two replicas one wins, 49 hear handle_taken, no event is orphaned', async () => {
  const handle = freshHandle()
  const keys = Array.from({ length: 50 }, newKey)
  const outcomes = await Promise.all(keys.map((key) => outcome(register(world, registrationOf(key, { handle })))))
  expect(tally(outcomes)).toEqual({ ok: 1, handle_taken: 49 })
  const winner = keys[outcomes.indexOf('ok')]?.primary
  const events = await newEvents()
  expect(events.map(({ type, primary }) => ({ type, primary }))).toEqual([
    { type: 'HandleRegistered', primary: winner },
    { type: 'PrimaryBound', primary: winner },
  ])
  for (const entry of await entriesOf(world, { handle, primary: winner ?? '' })) expect(entry?.primary).toBe(winner)
})

test('of 50 claims by one identity at once through two replicas one wins, 49 hear primary_taken, no event is orphaned', async () => {
  const key = newKey()
  const handles = Array.from({ length: 50 }, freshHandle)
  const outcomes = await Promise.all(handles.map((handle) => outcome(register(world, registrationOf(key, { handle })))))
  expect(tally(outcomes)).toEqual({ ok: 1, primary_taken: 49 })
  const winner = handles[outcomes.indexOf('ok')]
  expect((await newEvents()).map(({ type, handle }) => ({ type, handle }))).toEqual([
    { type: 'HandleRegistered', handle: winner },
    { type: 'PrimaryBound', handle: winner },
  ])
})

test('one envelope sent 50 times at once is one registration, and all 50 hear the same answer', async () => {
  const registration = registrationOf(newKey())
  const entries = await Promise.all(Array.from({ length: 50 }, () => register(world, registration)))
  expect(new Set(entries.map((entry) => JSON.stringify(entry))).size).toBe(1)
  expect(await newEvents()).toHaveLength(2)
})

test('50 different people at once all get their handles', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, () => outcome(register(world, registrationOf(newKey())))),
  )
  expect(tally(outcomes)).toEqual({ ok: 50 })
  expect(await newEvents()).toHaveLength(100)
})
