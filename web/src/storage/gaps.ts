import { createThreadLinks, type Gap, type ThreadLinksState } from '@kez-chat/messaging'
import type { ReceivedMessage } from '@kez-chat/nostr-client'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import { messageTag, openMessage, sealMessage } from './message.ts'
import { type FindRow, rowsAfter, type StepTable, stepsBefore } from './steps.ts'

export const Links = z.object({
  tips: z.array(z.string()),
  passed: z.array(z.string()),
  gaps: z.array(z.object({ missing: z.string(), before: z.string(), at: z.number() })),
  earliest: z.number().optional(),
})

type Box = Schema['links']['value']
type Row = Schema['messages']['value']
type Step = Schema['steps']['value']

/** What is used of the stores `links` and `messages`, inside whatever transaction. */
type LinkTable = { get(tag: string): Promise<Box | undefined>; put(box: Box): Promise<string> }
type MessageTable = { get(n: number): Promise<Row | undefined>; put(row: Row): Promise<number> }

export const openLinks = (rest: AtRest, { tag, box }: Box): ThreadLinksState => {
  const { earliest, ...state } = Links.parse(rest.open(`links/${tag}`, box))
  return { ...state, ...(earliest === undefined ? {} : { earliest }) }
}

export const sealLinks = (rest: AtRest, tag: string, state: ThreadLinksState): Box => ({
  tag,
  box: rest.seal(`links/${tag}`, state),
})

const read = async (links: LinkTable, rest: AtRest, tag: string): Promise<ThreadLinksState | undefined> => {
  const row = await links.get(tag)
  return row && openLinks(rest, row)
}

/** Where something is missing in what a peer wrote. */
export type Gaps = {
  /** The inner ids before which something is missing, by tag. */
  readonly open: ReadonlySet<string>
  /** Those of them before which that has only now become so, or no more. */
  readonly changed: readonly string[]
  /** The inner id, by tag, of the first message that was written after this one and follows on something missing. */
  readonly next: string | undefined
}

/** Takes a message of a peer into the links of its conversation, inside a transaction of the caller. */
export const followLinks = async (
  links: LinkTable,
  rest: AtRest,
  tag: string,
  { inner, body, seen: { from, sentAt } }: ReceivedMessage & { inner: NonNullable<ReceivedMessage['inner']> },
): Promise<Gaps> => {
  const thread = createThreadLinks(await read(links, rest, tag))
  const shown = (): Gap[] => thread.gaps().filter((gap) => !thread.isBeginning(gap))
  const before = new Set(shown())
  const { closed } = thread.take({ inner, body, sentAt })
  const after = shown()
  await links.put(sealLinks(rest, tag, thread.state()))
  const tagOf = (gap: Gap): string => messageTag(rest, gap.before, from)
  const later = thread.gaps().filter(({ at }) => at > sentAt)
  const next = later.reduce<Gap | undefined>((first, gap) => (first && first.at <= gap.at ? first : gap), undefined)
  return {
    open: new Set(after.map(tagOf)),
    changed: [...after.filter((gap) => !before.has(gap)), ...(closed ? [closed] : [])].map(tagOf),
    next: next && tagOf(next),
  }
}

/** Whether something is missing right before a message: what is not shown does not stand between. */
const isAfterGap = async (steps: StepTable, find: FindRow, step: Step, { open }: Gaps): Promise<boolean> => {
  if (open.has(step.inner)) return true
  for await (const before of stepsBefore(steps, find, step)) {
    if (before.n !== undefined) return false
    if (open.has(before.step.inner)) return true
  }
  return false
}

const rowsOf = async (steps: StepTable, find: FindRow, inner: string): Promise<number[]> => {
  const n = await find(inner)
  if (n !== undefined) return [n]
  const hidden = await steps.index('inner').getAll(inner)
  return (await Promise.all(hidden.map((step) => rowsAfter(steps, find, step)))).flat()
}

/** Takes the marks away of what follows these inners, by tag: what was missing before them has been brought in. */
export const clearGaps = async (
  { messages, steps }: { readonly messages: MessageTable; readonly steps: StepTable },
  rest: AtRest,
  find: FindRow,
  inners: readonly string[],
): Promise<void> => {
  for (const n of (await Promise.all(inners.map((inner) => rowsOf(steps, find, inner)))).flat()) {
    const row = await messages.get(n)
    if (!row) continue
    const { v: _version, n: _n, gap, ...message } = openMessage(rest, row)
    if (gap) await messages.put({ ...row, box: sealMessage(rest, row.conversation, message) })
  }
}

/** Marks the messages that follow one that is not here, and takes the mark from those that do no more. */
export const markGaps = async (
  { messages, steps }: { readonly messages: MessageTable; readonly steps: StepTable },
  rest: AtRest,
  find: FindRow,
  step: Step,
  gaps: Gaps,
): Promise<void> => {
  const touched = await Promise.all([step.inner, ...gaps.changed].map((inner) => rowsOf(steps, find, inner)))
  const after = await rowsAfter(steps, find, step)
  for (const n of new Set([...touched.flat(), ...after])) {
    const row = await messages.get(n)
    const [own] = row?.inner === undefined ? [] : await steps.index('inner').getAll(row.inner)
    if (!row || !own) continue
    const { v: _version, n: _n, gap = false, ...message } = openMessage(rest, row)
    const marked = await isAfterGap(steps, find, own, gaps)
    if (marked === gap) continue
    const box = sealMessage(rest, row.conversation, { ...message, ...(marked ? { gap: true } : {}) })
    await messages.put({ ...row, box })
  }
}

/** The row of the first message that was written after one that has come and follows on something missing. */
export const rowAfterGap = async (steps: StepTable, find: FindRow, { next }: Gaps): Promise<number | undefined> => {
  const rows = next === undefined ? [] : await rowsOf(steps, find, next)
  return rows.length > 0 ? Math.min(...rows) : undefined
}
