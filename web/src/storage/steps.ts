import { type Inner, innerHash } from '@kez-chat/messaging'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'

/** Most steps that are walked at once: nobody can hold a device up by a chain without an end. */
const farthest = 1_000

type Step = Schema['steps']['value']

/** What is used of the store `steps`, inside whatever transaction. */
export type StepTable = {
  get(tag: string): Promise<Step | undefined>
  put(step: Step): Promise<string>
  index(name: 'follows' | 'inner'): { getAll(tag: string): Promise<Step[]> }
}

/** Finds the row of a message by the tag of its inner id; undefined for what is not shown, or not any more. */
export type FindRow = (inner: string) => Promise<number | undefined>

const stepTag = (rest: AtRest, conversation: string, hash: string): string =>
  rest.tag('step', `${conversation}/${hash}`)

/** Keeps what a peer's message follows, shown or not, as long as what is around it can still come. */
export const addStep = async (
  steps: StepTable,
  rest: AtRest,
  step: Pick<Step, 'conversation' | 'inner' | 'until'>,
  inner: Inner,
): Promise<Step> => {
  const { conversation } = step
  const added = {
    ...step,
    tag: stepTag(rest, conversation, innerHash(inner)),
    ...(inner.prev === undefined ? {} : { follows: stepTag(rest, conversation, inner.prev) }),
  }
  await steps.put(added)
  return added
}

/** The rows that come next after a step, whatever lies between that is not shown; several where a chain has parted. */
export const rowsAfter = async (steps: StepTable, find: FindRow, { tag }: Step): Promise<number[]> => {
  const rows: number[] = []
  const from = [tag]
  for (let i = 0; i < from.length && i < farthest; i++) {
    for (const step of await steps.index('follows').getAll(from[i] ?? '')) {
      const n = await find(step.inner)
      if (n === undefined) from.push(step.tag)
      else rows.push(n)
    }
  }
  return rows
}

/** The steps before a step, the nearest first, with the row of each that is shown; ends at one that is not here. */
export async function* stepsBefore(
  steps: StepTable,
  find: FindRow,
  { follows }: Step,
): AsyncGenerator<{ readonly step: Step; readonly n: number | undefined }> {
  for (let [tag, left] = [follows, farthest]; tag !== undefined && left > 0; left--) {
    const step = await steps.get(tag)
    if (!step) return
    yield { step, n: await find(step.inner) }
    tag = step.follows
  }
}
