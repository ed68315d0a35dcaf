import { expect } from 'vitest'
import type { Load, Member, Post } from './load.ts'

type Accepted = Extract<Post, { accepted: unknown }>
const isAccepted = (post: Post): post is Accepted => 'accepted' in post

const acceptedFor = (load: Load, { handle }: Member): string[] =>
  load.posts.filter(isAccepted).flatMap(({ to, accepted }) => (to === handle ? [accepted.id] : []))

/** The whole inbox as it is read page by page. */
const wholeInbox = async ({ client, handle, key }: Member): Promise<{ id: string; seq: number }[]> => {
  const found: { id: string; seq: number }[] = []
  for (let since: number | null = 0; since !== null; ) {
    const page = await client.readInbox({ handle, signer: key }, { since, limit: 500 })
    found.push(...page.messages.map(({ id, seq }) => ({ id, seq })))
    since = page.next
  }
  return found
}

/**
 * Every message that was acknowledged came to its reader by the live stream exactly once and in the order of the inbox, which holds
 * nothing else but what was posted without an answer.
 */
export const accountForAll = async (load: Load): Promise<void> => {
  for (const member of load.members) {
    const wanted = acceptedFor(load, member)
    await expect
      .poll(
        () => {
          const got = new Set(member.received.map(({ id }) => id))
          return wanted.filter((id) => !got.has(id)).length
        },
        { message: `messages that ${member.handle} has yet to get`, timeout: 60_000 },
      )
      .toBe(0)
    const inbox = await wholeInbox(member)
    const got = member.received.map(({ id, seq }) => ({ id, seq }))
    expect(new Set(got.map(({ id }) => id)).size, `${member.handle} got something twice`).toBe(got.length)
    expect(got, `${member.handle} reads live what is in the inbox`).toEqual(inbox)
    expect(inbox.map(({ seq }) => seq)).toEqual(inbox.map(({ seq }) => seq).toSorted((a, b) => a - b))
  }
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** What a load met with, in figures; of what was posted since a moment (`performance.now()`), or of all. */
export const summaryOf = (load: Load, since = 0) => {
  const posts = load.posts.filter(({ began }) => began >= since)
  const accepted = posts.filter(isAccepted)
  const took = accepted.map((post) => post.took).toSorted((a, b) => a - b)
  const ends = accepted.map(({ began, took: ms }) => began + ms).toSorted((a, b) => a - b)
  const gaps = ends.slice(1).map((end, index) => end - (ends[index] ?? end))
  const refused: Record<string, number> = {}
  for (const post of posts) if ('refused' in post) refused[post.refused] = (refused[post.refused] ?? 0) + 1
  const seconds = ((ends.at(-1) ?? 0) - (ends[0] ?? 0)) / 1_000
  return {
    posts: posts.length,
    accepted: accepted.length,
    refused,
    perSecond: Math.round(accepted.length / Math.max(1, seconds)),
    p50: Math.round(quantile(took, 0.5)),
    p99: Math.round(quantile(took, 0.99)),
    slowest: Math.round(took.at(-1) ?? 0),
    /** Longest time in which nothing was acknowledged to anybody, ms. */
    longestGap: Math.round(Math.max(0, ...gaps)),
    reopened: load.members.reduce((sum, member) => sum + member.reopened(), 0),
  }
}
