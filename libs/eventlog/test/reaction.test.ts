import { afterEach, beforeEach, expect, test } from 'vitest'
import { append, ensureStream, PoisonEvent, type Reaction, type StoredEvent, startReaction } from '../src/index.ts'
import { connect, freshSubject, type Rig, silent, spec, startRig, until, whenBack } from './rig.ts'

let rig: Rig
let reactions: Reaction[]

beforeEach(async () => {
  rig = await startRig()
  await ensureStream(rig.log.jsm, spec)
  reactions = []
})
afterEach(async () => {
  for (const reaction of reactions) await reaction.stop()
  await rig.stop()
})

const add = async (count: number): Promise<number[]> => {
  const events = Array.from({ length: count }, (_, i) => ({ subject: freshSubject(), expectedSeq: 0, event: { i } }))
  return append(rig.log, events)
}

const react = (handle: (event: StoredEvent) => Promise<void>, log = rig.log): Reaction => {
  const reaction = startReaction(log, {
    stream: spec.name,
    durable: 'test',
    filter: 'identity.handle.*',
    handle,
    log: silent,
  })
  reactions.push(reaction)
  return reaction
}

test('every event is handled, those from before the start and those after', async () => {
  const seqs = await add(100)
  await append(rig.log, [{ subject: 'identity.primary.aa', expectedSeq: 0, event: {} }])
  const seen = new Set<number>()
  react(async ({ seq }) => void seen.add(seq))
  await until(() => seen.size === 100, 'history is handled')
  seqs.push(...(await add(20)))
  await until(() => seen.size === 120, 'what came later is handled')
  expect([...seen].sort((a, b) => a - b)).toEqual(seqs)
})

test('replicas share the work, and a restart does not do it again', async () => {
  const handled: number[] = []
  const other = await connect(rig.nats)
  react(async ({ seq }) => void handled.push(seq))
  react(async ({ seq }) => void handled.push(seq), other)
  const seqs = await add(200)
  await until(() => handled.length >= 200, 'all is handled')
  for (const reaction of reactions.splice(0)) await reaction.stop()
  await rig.log.nc.flush()
  react(async ({ seq }) => void handled.push(seq))
  const [later] = await add(1)
  await until(() => handled.includes(later ?? 0), 'the later one is handled')
  expect(handled.sort((a, b) => a - b)).toEqual([...seqs, later])
  await other.nc.close()
})

test('what fails is tried again until it works, and does not hold up the rest', async () => {
  const [first] = await add(1)
  const seen = new Set<number>()
  react(async ({ seq }) => {
    if (seq === first && seen.size < 5) throw new TypeError('not yet')
    seen.add(seq)
  })
  await add(5)
  await until(() => seen.size === 6, 'all are handled')
  expect([...seen].at(-1)).toBe(first)
})

test('a poison event stops the reaction with a reason', async () => {
  await add(1)
  const reaction = react(async () => {
    throw new PoisonEvent('event 1 is of an unknown kind')
  })
  await until(() => reaction.status().state === 'stopped', 'it stops')
  expect(reaction.status().reason).toBe('event 1 is of an unknown kind')
})

test('after a SIGKILL of the server the reaction goes on, and no event is left out', async () => {
  const seen = new Set<number>()
  const reaction = react(async ({ seq }) => void seen.add(seq))
  const seqs = await add(20)
  await until(() => seen.size === 20, 'the first are handled')
  await rig.nats.kill('SIGKILL')
  await until(() => reaction.status().state === 'waiting', 'the loss is noticed')
  await rig.nats.restart()
  await whenBack(rig.log)
  seqs.push(...(await add(20)))
  await until(() => seen.size === 40, 'the rest is handled')
  expect(reaction.status().state).toBe('following')
})
