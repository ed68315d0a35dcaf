import type { Bytes } from '@kez-chat/identity'
import type { Cost } from './record.ts'

/** What the page asks the worker, and what comes back. */
export type Argon2Question = { password: Bytes; salt: Bytes; cost: Cost }
export type Argon2Answer = { key: Bytes } | { failure: string }
