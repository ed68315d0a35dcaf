import { PushFailure, type PushSubscriptionInfo } from '@kez-chat/contracts'
import type { Subscription } from './store.ts'

const time = (at: Date | null): string | null => at?.toISOString() ?? null

/** A subscription as its owner sees it; the endpoint stays here. */
export const describeSubscription = (row: Subscription): PushSubscriptionInfo => ({
  fingerprint: row.fingerprint,
  label: row.label,
  push_service: new URL(row.origin).host,
  vapid_key: row.vapid_key,
  created_at: row.created_at.toISOString(),
  last_success: time(row.last_success),
  last_failure: time(row.last_failure),
  failure: row.failure === null ? null : PushFailure.parse(row.failure),
  failure_status: row.failure_status,
  last_receipt: time(row.last_receipt),
})
