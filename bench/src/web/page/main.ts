import { open, seal } from '@kez-chat/messaging'
import { openBare, sealBare } from './bare.ts'
import { count, inners, reader, sender } from './people.ts'
import { measure } from './stopwatch.ts'
import { unlockBare, unlockOurs } from './unlock.ts'

const sealOurs = async () => {
  const sealed = []
  for (const inner of inners()) sealed.push(await seal(inner, sender))
  return sealed
}

const ready = { bare: sealBare(), ours: sealOurs() }

const openOurs = async (): Promise<void> => {
  for (const envelope of await ready.ours) await open(envelope, reader, { now: Date.now() })
}

const prepared = inners()

const works = {
  'seal-bare': sealBare,
  'seal-ours': async () => {
    for (const inner of prepared) await seal(inner, sender)
  },
  'open-bare': async () => openBare(await ready.bare),
  'open-ours': openOurs,
  'unlock-bare': unlockBare,
  'unlock-ours': unlockOurs,
}

/** What the page can be asked to do. */
export type Work = keyof typeof works

Object.assign(globalThis, {
  messages: count,
  perform: async (work: Work) => {
    await Promise.all([ready.bare, ready.ours])
    return measure(works[work])
  },
})
