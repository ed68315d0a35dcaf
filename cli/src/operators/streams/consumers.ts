import { createHash } from 'node:crypto'
import { bucketName, inboxStreamName, streamName } from '@kez-chat/contracts'
import { durableConfig, type JetStream, streamInfo } from '@kez-chat/eventlog'

type Wanted = { readonly stream: string; readonly durable: string; readonly filter: string; readonly owner: string }

export type ComparedConsumer = {
  readonly stream: string
  readonly name: string
  readonly owner: string
  readonly state: 'as_wanted' | 'differs' | 'missing'
  /** Events that it has not handed over, or that nobody has confirmed. */
  readonly waiting: number
  readonly fields: readonly string[]
}

/** Names of the registry's own carry the creation of what they follow, so that they begin anew with it. */
const lifeOf = (created: string | undefined): string =>
  createHash('sha256')
    .update(created ?? '')
    .digest('hex')
    .slice(0, 12)

const wantedConsumers = async ({ jsm }: JetStream, inboxStreams: number): Promise<Wanted[]> => {
  const bucket = await streamInfo(jsm, `KV_${bucketName.directory}`)
  const identity = await streamInfo(jsm, streamName.identity)
  return [
    {
      stream: streamName.identity,
      durable: `directory_${lifeOf(bucket?.created)}`,
      filter: 'identity.handle.*',
      owner: 'registry',
    },
    {
      stream: streamName.chains,
      durable: `settlement_${lifeOf(identity?.created)}`,
      filter: 'chain.*.*',
      owner: 'registry',
    },
    ...Array.from({ length: inboxStreams }, (_, index) => ({
      stream: inboxStreamName(index),
      durable: 'push',
      filter: 'kez.inbox.*.*',
      owner: 'push',
    })),
  ]
}

/** The durable consumers that remember how far services have come; each is made and set by its service when that starts. */
export const compareConsumers = async (jetstream: JetStream, inboxStreams: number): Promise<ComparedConsumer[]> => {
  const all: ComparedConsumer[] = []
  for (const wanted of await wantedConsumers(jetstream, inboxStreams)) {
    const { stream, durable: name, owner } = wanted
    const info = await jetstream.jsm.consumers.info(stream, name).catch(() => undefined)
    const have: Readonly<Record<string, unknown>> = { ...info?.config }
    const fields = Object.entries(durableConfig(wanted)).flatMap(([field, value]) =>
      have[field] === value ? [] : [field],
    )
    const state = !info ? 'missing' : fields.length === 0 ? 'as_wanted' : 'differs'
    const waiting = info ? info.num_pending + info.num_ack_pending : 0
    all.push({ stream, name, owner, state, waiting, fields: info ? fields : [] })
  }
  return all
}
