import type { Session } from '../session/session.ts'
import type { Home } from './enrol.ts'

/** Undefined until the identity has a handle. */
export const homeOf = (session: Session): Home | undefined => {
  const [account, servers] = [session.account.value, session.servers()]
  return account && servers && { client: servers.own, owner: { handle: account.handle, signer: session.key } }
}
