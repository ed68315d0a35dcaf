import { deadLettersStream } from '@kez-chat/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  append,
  createDeadLetterDesk,
  ensureStream,
  findDeadLetter,
  PoisonEvent,
  type Reaction,
  type StoredEvent,
  startReaction,
} from '../src/index.ts'
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

const react = (handle: (event: StoredEvent, isLive: boolean) => Promise<void>, log = rig.log): Reaction => {
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

test('what comes after the start is live; what was there before, and what comes again, is caught up with', async () => {
  const before = await add(50)
  const calls: { seq: number; isLive: boolean }[] = []
  let toFail: number | undefined
  react(async ({ seq }, isLive) => {
    calls.push({ seq, isLive })
    if (seq !== toFail) return
    toFail = undefined
    throw new Error('not now')
  })
  await until(() => calls.length === 50, 'history is handled')
  const [after = 0] = await add(1)
  await until(() => calls.length === 51, 'the new one is handled')
  toFail = after + 1
  await add(1)
  await until(() => calls.length === 53, 'what failed is handled again')
  expect(calls.filter(({ isLive }) => !isLive).map(({ seq }) => seq)).toEqual([...before, after + 1])
  expect(calls.filter(({ isLive }) => isLive).map(({ seq }) => seq)).toEqual([after, after + 1])
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

test('an event that fails alone for long becomes a dead letter, and one that fails while nothing works does not', async () => {
  await ensureStream(rig.log.jsm, deadLettersStream({ replicas: 1, inboxStreams: 1 }))
  const [first = 0] = await add(1)
  let isBroken = true
  let tries = 0
  const seen = new Set<number>()
  const reaction = startReaction(rig.log, {
    stream: spec.name,
    durable: 'test',
    filter: 'identity.handle.*',
    deadLetters: 'directory',
    deadAfter: 2,
    log: silent,
    handle: async ({ seq }) => {
      if (seq === first) tries += 1
      if (isBroken || seq === first) throw new TypeError('not this one')
      seen.add(seq)
    },
  })
  reactions.push(reaction)
  const id = { reaction: 'directory', stream: spec.name, seq: first } as const
  await until(() => tries > 3, 'it was tried more often than events are')
  expect(await findDeadLetter(rig.log, id)).toBeUndefined()
  isBroken = false
  await add(1)
  await until(() => seen.size === 1, 'another one is handled')
  await until(async () => (await findDeadLetter(rig.log, id)) !== undefined, 'it is given up')
  const found = await findDeadLetter(rig.log, id)
  expect(found?.letter).toMatchObject({ seq: first, reason: 'not this one', deliveries: tries })
  const before = tries
  await add(1)
  await until(() => seen.size === 2, 'the reaction goes on')
  expect(tries).toBe(before)

  const desk = createDeadLetterDesk(rig.log, { directory: reaction.handle }, silent)
  await expect(desk({ op: 'retry', ...id })).rejects.toMatchObject({ code: 'conflict' })
  const working = createDeadLetterDesk(rig.log, { directory: async ({ seq }) => void seen.add(seq) }, silent)
  expect(await working({ op: 'retry', ...id })).toEqual({ outcome: 'handled' })
  expect(seen).toContain(first)
  await expect(working({ op: 'drop', ...id })).rejects.toMatchObject({ code: 'not_found' })
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
