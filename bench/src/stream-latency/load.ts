import { createHash } from 'node:crypto'
import { type InboxRecord, inboxMessageId, inboxSubject, PrimaryHex } from '@kez-chat/contracts'
import { isHandle, signingKeyFromSeed, signRequest, streamAuthText } from '@kez-chat/identity'
import { connectNats, createLog } from '@kez-chat/runtime'
import { jetstream } from '@nats-io/jetstream'
import { answerJobs } from '../frame/load-process.ts'
import { nextEnvelope } from '../posts/envelope.ts'
import { openHttpConnection } from '../posts/http-connection.ts'

/** Send `messages` one after the other to one person and time each from sending to arrival, ms. */
export type LatencyJob = { to: { handle: string; primaryHex: string; seed: Uint8Array }; messages: number } & (
  | { way: 'http'; baseUrl: string }
  | { way: 'jetstream'; natsUrl: string; natsSeed: string }
)

export type LatencyResult = { latencies: number[] }

/** Calls `arrived` for whatever comes; `next` resolves when the message after `send` is there. */
const timeEach = async (
  messages: number,
  send: () => Promise<void>,
  next: () => Promise<void>,
): Promise<LatencyResult> => {
  const latencies: number[] = []
  for (let i = 0; i < messages; i++) {
    const arrival = next()
    const started = performance.now()
    await Promise.all([send(), arrival.then(() => latencies.push(performance.now() - started))])
  }
  return { latencies }
}

const signal = () => {
  let fire = (): void => {}
  return {
    next: () =>
      new Promise<void>((resolve) => {
        fire = resolve
      }),
    arrived: () => fire(),
  }
}

const overHttp = async (job: LatencyJob & { way: 'http' }): Promise<LatencyResult> => {
  const { handle, seed } = job.to
  if (!isHandle(handle)) throw new TypeError(`${handle} is no handle`)
  const stop = new AbortController()
  const feed = await fetch(`${job.baseUrl}/v1/inbox/${handle}/stream`, {
    headers: { 'x-kez-auth': signRequest(streamAuthText(handle), signingKeyFromSeed(seed), Date.now()) },
    signal: stop.signal,
  })
  const { body } = feed
  if (feed.status !== 200 || !body) throw new Error(`the feed answered ${feed.status}`)
  const { next, arrived } = signal()
  const reading = (async () => {
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) if (chunk.includes('event: message')) arrived()
  })().catch(() => undefined)
  const connection = await openHttpConnection(job.baseUrl)
  await new Promise((resolve) => setTimeout(resolve, 300))
  try {
    const post = async (): Promise<void> => {
      const answer = await connection.post('/v1/messages', JSON.stringify({ to: handle, envelope: nextEnvelope() }))
      if (answer.status !== 201) throw new Error(`the gateway said ${answer.status}: ${answer.body}`)
    }
    return await timeEach(job.messages, post, next)
  } finally {
    connection.close()
    stop.abort()
    await reading
  }
}

const overJetStream = async (job: LatencyJob & { way: 'jetstream' }): Promise<LatencyResult> => {
  const nc = await connectNats({ name: 'gateway', url: job.natsUrl, seed: job.natsSeed }, createLog('bench', 'warn'))
  const js = jetstream(nc)
  const primary = PrimaryHex.parse(job.to.primaryHex)
  const { next, arrived } = signal()
  nc.subscribe(inboxSubject.live(primary), { callback: arrived })
  await nc.flush()
  try {
    const publish = async (): Promise<void> => {
      const envelope = nextEnvelope()
      const id = createHash('sha256').update(envelope.eph).digest('hex')
      const record: InboxRecord = { id, received_at: new Date().toISOString(), via: 'home', wake: true, envelope }
      await js.publish(inboxSubject.stored(primary), JSON.stringify(record), {
        msgID: inboxMessageId(primary, id),
        timeout: 10_000,
      })
    }
    return await timeEach(job.messages, publish, next)
  } finally {
    await nc.close()
  }
}

answerJobs((job: LatencyJob) => (job.way === 'http' ? overHttp(job) : overJetStream(job)))
