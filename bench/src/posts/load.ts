import { createHash } from 'node:crypto'
import { type InboxRecord, inboxMessageId, inboxSubject, PrimaryHex } from '@kez-chat/contracts'
import { connectNats, createLog } from '@kez-chat/runtime'
import { jetstream } from '@nats-io/jetstream'
import { answerJobs } from '../frame/load-process.ts'
import { nextEnvelope } from './envelope.ts'
import { openHttpConnection } from './http-connection.ts'

/** Keep `concurrency` posts or publishes under way for `seconds`; the answer is how many were accepted. */
export type PostsJob = {
  to: { handle: string; primaryHex: string }[]
  concurrency: number
  seconds: number
} & ({ way: 'http'; baseUrl: string } | { way: 'jetstream'; natsUrl: string; seed: string })

export type PostsResult = { accepted: number; seconds: number }

const keepBusy = async (
  job: PostsJob,
  send: (worker: number, to: PostsJob['to'][number]) => Promise<void>,
): Promise<PostsResult> => {
  const started = performance.now()
  const until = started + job.seconds * 1000
  let accepted = 0
  const work = async (worker: number): Promise<void> => {
    for (let i = worker; performance.now() < until; i++) {
      const to = job.to[i % job.to.length]
      if (!to) return
      await send(worker, to)
      accepted += 1
    }
  }
  await Promise.all(Array.from({ length: job.concurrency }, (_, worker) => work(worker)))
  return { accepted, seconds: (performance.now() - started) / 1000 }
}

const overHttp = async (job: PostsJob & { way: 'http' }): Promise<PostsResult> => {
  const connections = await Promise.all(Array.from({ length: job.concurrency }, () => openHttpConnection(job.baseUrl)))
  try {
    return await keepBusy(job, async (worker, to) => {
      const answer = await connections[worker]?.post(
        '/v1/messages',
        JSON.stringify({ to: to.handle, envelope: nextEnvelope() }),
      )
      if (answer?.status !== 201) throw new Error(`the gateway said ${answer?.status}: ${answer?.body}`)
    })
  } finally {
    for (const connection of connections) connection.close()
  }
}

const overJetStream = async (job: PostsJob & { way: 'jetstream' }): Promise<PostsResult> => {
  const nc = await connectNats({ name: 'gateway', url: job.natsUrl, seed: job.seed }, createLog('bench', 'warn'))
  const js = jetstream(nc)
  try {
    return await keepBusy(job, async (_, to) => {
      const envelope = nextEnvelope()
      const id = createHash('sha256').update(envelope.eph).digest('hex')
      const record: InboxRecord = { id, received_at: new Date().toISOString(), via: 'home', wake: true, envelope }
      await js.publish(inboxSubject.stored(PrimaryHex.parse(to.primaryHex)), JSON.stringify(record), {
        msgID: inboxMessageId(to.primaryHex, id),
        timeout: 10_000,
      })
    })
  } finally {
    await nc.close()
  }
}

answerJobs((job: PostsJob) => (job.way === 'http' ? overHttp(job) : overJetStream(job)))
