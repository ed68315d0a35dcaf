import webPush from 'web-push'
import { createConnections } from '../../../services/push/src/sending/connections.ts'
import { sentAtOnce } from '../../../services/push/src/sending/gate.ts'
import { createPost } from '../../../services/push/src/sending/post.ts'
import { createSend } from '../../../services/push/src/sending/send.ts'
import { createVapidTokens } from '../../../services/push/src/vapid/tokens.ts'
import { answerJobs } from '../frame/load-process.ts'

/** Keep 32 empty pushes under way for `seconds`. */
export type PushesJob = { way: 'ours' | 'web-push'; port: number; seconds: number }

/** How many were taken per second, and per second of this process's CPU time, which neighbours do not change. */
export type PushesResult = { perSecond: number; perCpuSecond: number }

const keys = webPush.generateVAPIDKeys()
const subject = 'mailto:bench@kez-chat.org'
const endpointOf = (port: number, i: number): string => `https://localhost:${port}/wpush/v2/${i % 1_000}`

const keepBusy = async (seconds: number, send: (i: number) => Promise<void>): Promise<PushesResult> => {
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  const until = started + seconds * 1_000
  let sent = 0
  const work = async (): Promise<void> => {
    while (performance.now() < until) await send(sent++)
  }
  await Promise.all(Array.from({ length: sentAtOnce }, work))
  const { user, system } = process.cpuUsage(cpu)
  return {
    perSecond: sent / ((performance.now() - started) / 1_000),
    perCpuSecond: sent / ((user + system) / 1_000_000),
  }
}

const byWebPush = ({ port, seconds }: PushesJob): Promise<PushesResult> => {
  const vapidDetails = { subject, publicKey: keys.publicKey, privateKey: keys.privateKey }
  const options = { vapidDetails, TTL: 86_400, urgency: 'high', topic: 'kez-wake' } as const
  return keepBusy(seconds, async (i) => {
    await webPush.sendNotification({ endpoint: endpointOf(port, i), keys: { p256dh: '', auth: '' } }, null, options)
  })
}

const byUs = async ({ port, seconds }: PushesJob): Promise<PushesResult> => {
  const host = `localhost:${port}`
  const connections = createConnections({ counterparts: { [host]: `https://${host}` }, maxPerOrigin: sentAtOnce })
  const tokens = createVapidTokens([keys], subject)
  const send = createSend({ post: createPost(connections), tokens, allowedHosts: [host], onAttempt: () => undefined })
  try {
    return await keepBusy(seconds, async (i) => {
      const target = { endpoint: endpointOf(port, i), origin: `https://${host}`, vapidKey: keys.publicKey }
      const outcome = await send(target, 'wake')
      if (outcome.kind !== 'delivered') throw new Error(`a push of the bench was ${outcome.reason}`)
    })
  } finally {
    connections.close()
  }
}

answerJobs((job: PushesJob) => (job.way === 'ours' ? byUs(job) : byWebPush(job)))
