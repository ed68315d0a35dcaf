import { z } from 'zod'
import { readMoved } from './moved.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const Account = z.object({
  v: z.literal(1),
  handle: z.string(),
  server: z.string(),
  /** Origin of the home server; absent = the one that this page comes from. */
  base_url: z.string().optional(),
})

/** The handle this identity has, and at which home server. */
export type Account = Readonly<Omit<z.infer<typeof Account>, 'v'>>

export const readAccount = async ({ db, rest }: Store): Promise<Account | undefined> => {
  const box = await db.get('account', 'account')
  if (!box) return undefined
  const { v: _version, ...account } = Account.parse(rest.open('account', box))
  return account
}

/** The handle is decided. Where it is the one that an import has brought, its inbox is read on from where that was. */
export const adoptAccount = async (store: Store, account: Account): Promise<void> => {
  const moved = await readMoved(store)
  await transact(store.db, ['account', 'device', 'cursor'], async (tx) => {
    await tx.objectStore('account').put(store.rest.seal('account', { v: 1, ...account }), 'account')
    await tx.objectStore('device').delete('moved')
    if (moved?.handle === account.handle && moved.server === account.server)
      await tx.objectStore('cursor').put(moved.cursor, 'inbox')
  })
}
