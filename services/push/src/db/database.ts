import { type Database, migrate, openDatabase } from '@kez-chat/eventlog/postgres'
import type { Log } from '@kez-chat/runtime'
import type { Generated, Kysely } from 'kysely'
import { migrations } from './migrations/index.ts'

export type Tables = {
  subscriptions: {
    id: Generated<string>
    inbox: string
    fingerprint: string
    endpoint: string
    origin: string
    vapid_key: string
    label: string
    created_at: Date
    last_success: Date | null
    last_failure: Date | null
    last_receipt: Date | null
    failing_since: Date | null
    failure: string | null
    failure_status: number | null
  }
  removed: { inbox: string; fingerprint: string; removed_at: Date }
  wakes: {
    inbox: string
    pending_seq: string | null
    due_at: Date | null
    woken_seq: Generated<string>
    woken_at: Date | null
    reached_at: Date | null
  }
  deliveries: {
    subscription: string
    origin: string
    since: Date
    attempt: Generated<number>
    due_at: Date
    traceparent: string | null
  }
}

export type Db = Kysely<Tables>

export const pushSchema = 'push'

export const openPushDatabase = async (url: string, log: Log): Promise<Database<Tables>> => {
  const database = openDatabase<Tables>({ url, schema: pushSchema, log })
  try {
    await migrate(database.kysely, database.schema, migrations)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
