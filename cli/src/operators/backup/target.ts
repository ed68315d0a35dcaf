import type { Owner, RestoreTarget } from '@kez-chat/backup'
import type { JetStream } from '@kez-chat/eventlog'

const users = ['registry', 'gateway', 'relay-bridge', 'backup'] as const
export type RestoreUser = (typeof users)[number]

export type TargetOptions = {
  readonly natsUrl: string
  readonly seedOf: (user: RestoreUser) => string
  readonly databaseUrl: string
  readonly replicas: number | undefined
  readonly caFile?: string | undefined
}

/** For a person who waits, ms. */
const patience = 5_000

/** Does `work` on a NATS and a Postgres, connected as each service that owns streams, since no other user may write into them. */
export const withTarget = async <T>(
  { natsUrl, seedOf, databaseUrl, replicas, caFile }: TargetOptions,
  work: (target: RestoreTarget) => Promise<T>,
): Promise<T> => {
  const [{ connectNats, createLog }, { openJetStream }] = await Promise.all([
    import('@kez-chat/runtime'),
    import('@kez-chat/eventlog'),
  ])
  const opened = new Map<RestoreUser, JetStream>()
  try {
    for (const user of users) {
      const options = { name: user, url: natsUrl, seed: seedOf(user), caFile, patience }
      opened.set(user, await openJetStream(await connectNats(options, createLog('kez', 'silent')), { timeout: 30_000 }))
    }
    const as = (user: RestoreUser): JetStream => {
      const jetstream = opened.get(user)
      if (!jetstream) throw new TypeError(`nobody is connected as ${user}`)
      return jetstream
    }
    return await work({
      as: (owner: Owner) => as(owner),
      reader: as('backup'),
      databaseUrl,
      ...(replicas === undefined ? {} : { replicas }),
    })
  } finally {
    for (const { nc } of opened.values()) await nc.close()
  }
}
