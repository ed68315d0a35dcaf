import { z } from 'zod'
import type { Store } from './store.ts'

const Account = z.object({ v: z.literal(1), handle: z.string(), server: z.string() })

/** The handle this identity has, and at which home server. */
export type Account = { readonly handle: string; readonly server: string }

export const readAccount = async ({ db, rest }: Store): Promise<Account | undefined> => {
  const box = await db.get('account', 'account')
  if (!box) return undefined
  const { handle, server } = Account.parse(rest.open('account', box))
  return { handle, server }
}

export const writeAccount = async ({ db, rest }: Store, account: Account): Promise<void> => {
  await db.put('account', rest.seal('account', { v: 1, ...account }), 'account')
}
