import { type Difference, differencesOf, type JetStream, type ManifestEntry, streamInfo } from '@kez-chat/eventlog'
import { type Held, type Judgement, judgeChange } from './judge-change.ts'

export type JudgedDifference = Difference & Judgement

export type ComparedStream = Pick<ManifestEntry, 'name' | 'owner'> & {
  readonly state: 'as_wanted' | 'differs' | 'missing'
  readonly held: Held
  readonly differences: readonly JudgedDifference[]
}

const nothing: Held = { messages: 0, bytes: 0, oldest: 0 }

/** One stream as it is beside the stream as this version makes it. */
export const compareStream = async (
  { jsm }: JetStream,
  { name, owner, want }: ManifestEntry,
  now: number,
): Promise<ComparedStream> => {
  const info = await streamInfo(jsm, name)
  if (!info) return { name, owner, state: 'missing', held: nothing, differences: [] }
  const { messages, bytes, first_ts } = info.state
  const held = { messages, bytes, oldest: messages === 0 ? now : Date.parse(first_ts) }
  const differences = differencesOf({ ...info.config }, want).map((difference) => ({
    ...difference,
    ...judgeChange(difference, held, now),
  }))
  return { name, owner, held, differences, state: differences.length === 0 ? 'as_wanted' : 'differs' }
}

/** Streams that no part of this version knows: of another number of inbox streams, or somebody else's. */
export const unknownStreams = async ({ jsm }: JetStream, manifest: readonly ManifestEntry[]): Promise<string[]> => {
  const known = new Set(manifest.map(({ name }) => name))
  const found: string[] = []
  for await (const name of jsm.streams.names()) if (!known.has(name)) found.push(name)
  return found.toSorted()
}

/** Sets the fields that are safe to set, all in one step, and leaves the others as they are. */
export const applySafe = async ({ jsm }: JetStream, { name, differences }: ComparedStream): Promise<string[]> => {
  const safe = differences.filter(({ isSafe }) => isSafe)
  if (safe.length === 0) return []
  const change = Object.fromEntries(safe.map(({ field, wanted }) => [field, wanted]))
  await jsm.streams.update(name, change)
  return safe.map(({ field }) => field)
}
