import { randomBytes as bytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, type Client, createClient, type InboxFeed, NetworkError, UnexpectedResponse } from '@kez-chat/client'
import { createRegistration, parseHandle, randomBytes } from '@kez-chat/identity'
import { type MessagingKey, messagingKeyFromSeed } from '@kez-chat/messaging'

export type LoadOptions = {
  readonly url: string
  readonly people: number
  /** What is aimed at; a machine that cannot gets less. */
  readonly postsPerSecond: number
}

/** Settings under which one address may stand for all of them. */
export const withoutLimits = {
  KEZ_POST_RATE_PER_MINUTE: '1000000',
  KEZ_POST_BURST: '1000000',
  KEZ_REGISTER_RATE_PER_MINUTE: '1000000',
  KEZ_STREAMS_PER_ADDRESS: '10000',
  KEZ_MAILBOX_HOURLY_MESSAGES: '1000000',
}

export type Member = {
  readonly handle: string
  readonly key: MessagingKey
  readonly client: Client
  readonly feed: InboxFeed
  /** What came by the live stream, in the order in which it came. */
  readonly received: { readonly id: string; readonly seq: number; readonly at: number }[]
  /** How often the stream had to be opened again, and whether it is open. */
  readonly reopened: () => number
  readonly isLive: () => boolean
}

export type Post = { readonly to: string; readonly began: number; readonly took: number } & (
  | { readonly accepted: { readonly id: string; readonly seq: number } }
  | { readonly refused: string }
)

/** What an error says, as far as programs may go by it. */
export const codeOf = (error: unknown): string => {
  if (error instanceof ApiError) return error.code
  if (error instanceof NetworkError) return 'network'
  if (error instanceof UnexpectedResponse) return `unexpected ${error.status}`
  return `fault: ${String(error)}`
}

/** Those by which a client knows that it may try again. */
export const isRetriable = (code: string): boolean =>
  code === 'unavailable' || code === 'network' || /^unexpected 5/.test(code)

const mostUnderWay = 100

/** As a sealed message looks to the server, which opens none. */
export const newEnvelope = () => ({
  v: 2 as const,
  eph: bytes(32).toString('hex'),
  nonce: bytes(12).toString('hex'),
  ct: bytes(400).toString('base64url'),
})

const untilDone = async <T>(work: () => Promise<T>, patience = 60_000): Promise<T> => {
  for (const until = Date.now() + patience; ; await sleep(500)) {
    try {
      return await work()
    } catch (error) {
      if (!isRetriable(codeOf(error)) || Date.now() > until) throw error
    }
  }
}

const join = async (url: string, index: number): Promise<Member> => {
  const key = messagingKeyFromSeed(randomBytes(32))
  const client = createClient({ baseUrl: url })
  const handle = `member${index}`
  const wish = { handle: parseHandle(handle), server: 'localhost', createdAt: Date.now() }
  const registration = createRegistration(wish, key)
  await untilDone(() => client.register(registration))
  const received: { id: string; seq: number; at: number }[] = []
  let opened = 0
  let live = false
  const feed = client.openInbox({
    handle,
    signer: key,
    since: 0,
    onMessage: ({ id, seq }) => void received.push({ id, seq, at: performance.now() }),
    onStatus: (status) => {
      live = status === 'live'
      if (live) opened += 1
    },
  })
  return { handle, key, client, feed, received, reopened: () => Math.max(0, opened - 1), isLive: () => live }
}

/** People who post to each other by the client library, each reading their own live stream all the while. */
export const startLoad = async ({ url, people, postsPerSecond }: LoadOptions) => {
  const members = await Promise.all(Array.from({ length: people }, (_, index) => join(url, index)))
  const posts: Post[] = []
  const underWay = new Set<Promise<void>>()
  let going = true

  const post = async (from: Member, to: Member): Promise<void> => {
    const began = performance.now()
    const outcome = await from.client.postMessage({ to: to.handle, envelope: newEnvelope() }).then(
      ({ id, seq }) => ({ accepted: { id, seq } }),
      (error: unknown) => ({ refused: codeOf(error) }),
    )
    posts.push({ to: to.handle, began, took: performance.now() - began, ...outcome })
  }

  const run = async (): Promise<void> => {
    const every = 1_000 / postsPerSecond
    let next = performance.now()
    for (let turn = 0; going; turn++) {
      const [from, to] = [members[turn % people], members[(turn * 7 + 1 + Math.floor(turn / people)) % people]]
      if (!from || !to) throw new Error('nobody is there')
      const one: Promise<void> = post(from, to).finally(() => underWay.delete(one))
      underWay.add(one)
      while (underWay.size >= mostUnderWay) await Promise.race(underWay)
      next = Math.max(next + every, performance.now() - 1_000)
      const early = next - performance.now()
      if (early > 0) await sleep(early)
    }
    await Promise.all(underWay)
  }
  const running = run()

  return {
    members,
    posts,
    /** Nothing new is posted; resolves when what is under way has ended. */
    stopPosting: async (): Promise<void> => {
      going = false
      await running
    },
    close: async (): Promise<void> => {
      going = false
      await running
      await Promise.all(members.map(({ feed }) => feed.close()))
    },
  }
}

export type Load = Awaited<ReturnType<typeof startLoad>>
