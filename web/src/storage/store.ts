import type { AtRest } from './at-rest.ts'
import type { Database } from './database.ts'

/** The unlocked storage: the database and the key to what is in it. */
export type Store = { readonly db: Database; readonly rest: AtRest }
