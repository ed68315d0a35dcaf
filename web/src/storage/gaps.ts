import { createThreadLinks, type Gap, type ThreadLinksState } from '@kez-chat/messaging'
import type { ReceivedMessage } from '@kez-chat/nostr-client'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import { messageTag, openMessage, sealMessage } from './message.ts'

const Links = z.object({
  tips: z.array(z.string()),
  passed: z.array(z.string()),
  gaps: z.array(z.object({ missing: z.string(), before: z.string(), at: z.number() })),
  earliest: z.number().optional(),
})

type Box = Schema['links']['value']
type Row = Schema['messages']['value']

/** What is used of the stores `links` and `messages`, inside whatever transaction. */
type LinkTable = { get(tag: string): Promise<Box | undefined>; put(box: Box): Promise<string> }
type MessageTable = {
  get(n: number): Promise<Row | undefined>
  put(row: Row): Promise<number>
  index(name: 'inner'): { getKey(tag: string): Promise<number | undefined> }
}

const read = async (links: LinkTable, rest: AtRest, tag: string): Promise<ThreadLinksState | undefined> => {
  const row = await links.get(tag)
  if (!row) return undefined
  const { earliest, ...state } = Links.parse(rest.open(`links/${tag}`, row.box))
  return { ...state, ...(earliest === undefined ? {} : { earliest }) }
}

/** What a message changes about gaps: whether it follows one itself, and the inner ids of others that change. */
export type GapChange = {
  readonly opens: boolean
  readonly marked: readonly string[]
  readonly closed: readonly string[]
}

/** Takes a message of a peer into the links of its conversation, inside a transaction of the caller. */
export const followLinks = async (
  links: LinkTable,
  rest: AtRest,
  tag: string,
  { inner, body, seen: { sentAt } }: ReceivedMessage,
): Promise<GapChange> => {
  if (!inner) return { opens: false, marked: [], closed: [] }
  const thread = createThreadLinks(await read(links, rest, tag))
  const shown = (): Set<Gap> => new Set(thread.gaps().filter((gap) => !thread.isBeginning(gap)))
  const before = shown()
  const { closed } = thread.take({ inner, body, sentAt })
  const marked = [...shown()].filter((gap) => !before.has(gap)).map((gap) => gap.before)
  await links.put({ tag, box: rest.seal(`links/${tag}`, thread.state()) })
  return {
    opens: marked.includes(inner.id),
    marked: marked.filter((id) => id !== inner.id),
    closed: closed ? [closed.before] : [],
  }
}

/** Marks messages that follow one that is not here, or takes the mark away. */
export const markGaps = async (
  messages: MessageTable,
  rest: AtRest,
  innerIds: readonly string[],
  gap: boolean,
): Promise<void> => {
  for (const id of innerIds) {
    const n = await messages.index('inner').getKey(messageTag(rest, id))
    const row = n === undefined ? undefined : await messages.get(n)
    if (!row) continue
    const { v: _version, n: _n, gap: _gap, ...message } = openMessage(rest, row)
    const box = sealMessage(rest, row.conversation, { ...message, ...(gap ? { gap } : {}) })
    await messages.put({ ...row, box })
  }
}
