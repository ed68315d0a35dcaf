import { ApiError, type Client, createClient, NetworkError, resolveServer } from '@kez-chat/client'
import { createRegistration, type Handle, IdentityError, parseNewHandle } from '@kez-chat/identity'
import { type ReadonlySignal, signal } from '@preact/signals-core'
import { goTo } from '../app/route.ts'
import { pendingCode } from '../invited/pending.ts'
import type { Session } from '../session/session.ts'
import { type Moved, readMoved } from '../storage/moved.ts'

export type Check = 'empty' | 'invalid' | 'reserved' | 'checking' | 'free' | 'taken' | 'unknown'

export type Elsewhere = {
  readonly moved: Moved
  /** What the identity is called at this page's server, if it has a handle there too. */
  readonly mine: string | undefined
}

export type HandleState = {
  /** The server's name, once it has told; the identity may turn out to have a handle there already. */
  readonly server: ReadonlySignal<string | undefined>
  /** Code of why the server could not be asked. */
  readonly trouble: ReadonlySignal<string | undefined>
  readonly handle: ReadonlySignal<string>
  readonly check: ReadonlySignal<Check>
  readonly registering: ReadonlySignal<boolean>
  /** The handle at another server that an import has brought, while it is open whether it stays the one in use. */
  readonly elsewhere: ReadonlySignal<Elsewhere | undefined>
  begin(): Promise<void>
  typed(text: string): void
  take(): Promise<void>
  /** Keeps the handle at the other server: this page goes on with that one. */
  keep(): Promise<void>
  /** Uses the handle that the identity has at this server already. */
  useOwn(): Promise<void>
}

const settleTime = 250

const codeOf = (error: unknown): string => {
  if (error instanceof ApiError) return error.code
  return error instanceof NetworkError ? 'offline' : 'unexpected'
}

/** Spelling and the reserved names, which need no server. */
export const judgeSpelling = (text: string): Check | Handle => {
  if (text === '') return 'empty'
  try {
    return parseNewHandle(text)
  } catch (error) {
    return error instanceof IdentityError && error.code === 'handle_reserved' ? 'reserved' : 'invalid'
  }
}

const isHandleFree = async (client: Client, handle: string, signal: AbortSignal): Promise<Check> => {
  try {
    await client.lookup(handle, { signal })
    return 'taken'
  } catch (error) {
    return error instanceof ApiError && error.code === 'not_found' ? 'free' : 'unknown'
  }
}

export const createHandleState = (session: Session): HandleState => {
  const client = createClient({ baseUrl: window.location.origin })
  const server = signal<string | undefined>(undefined)
  const trouble = signal<string | undefined>(undefined)
  const handle = signal('')
  const check = signal<Check>('empty')
  const registering = signal(false)
  const elsewhere = signal<Elsewhere | undefined>(undefined)
  let asking = new AbortController()

  /** The handle this identity has at the server, if any: after a restore, or when an answer was lost. */
  const owned = async (at = client): Promise<string | undefined> => {
    try {
      return (await at.lookupPrimary(session.key.primary)).handle
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_found') return undefined
      throw error
    }
  }

  const begin = async (): Promise<void> => {
    trouble.value = undefined
    try {
      const { server: name } = await client.health()
      const mine = await owned()
      const moved = await readMoved(session.store)
      server.value = name
      if (moved && moved.server !== name) elsewhere.value = { moved, mine }
      else if (mine !== undefined) await session.adopt({ handle: mine, server: name })
    } catch (error) {
      trouble.value = codeOf(error)
    }
  }

  const ask = async (wanted: string): Promise<void> => {
    const { signal: cancelled } = asking
    await new Promise((resolve) => setTimeout(resolve, settleTime))
    if (cancelled.aborted) return
    const answer = await isHandleFree(client, wanted, cancelled)
    if (!cancelled.aborted) check.value = answer
  }

  const typed = (text: string): void => {
    asking.abort()
    asking = new AbortController()
    trouble.value = undefined
    handle.value = text.trim().replace(/^@/, '').toLowerCase()
    const spelling = judgeSpelling(handle.value)
    const wellSpelt = spelling === handle.value && spelling !== 'empty'
    check.value = wellSpelt ? 'checking' : (spelling as Check)
    if (wellSpelt) void ask(handle.value)
  }

  const register = async (): Promise<void> => {
    const name = server.value ?? (await client.health()).server
    const wish = { handle: parseNewHandle(handle.value), server: name, createdAt: client.now() }
    const invite = await pendingCode()
    const profile = await client.register(createRegistration(wish, session.key), { invite })
    goTo({ name: 'welcome' }, { replace: true })
    await session.adopt({ handle: profile.handle, server: name })
  }

  const take = async (): Promise<void> => {
    if (registering.value) return
    registering.value = true
    trouble.value = undefined
    try {
      await register()
    } catch (error) {
      const code = codeOf(error)
      // An earlier attempt may have been accepted although its answer was lost.
      if (code === 'handle_taken' || code === 'primary_taken') await begin()
      if (code === 'handle_taken') check.value = 'taken'
      else if (code === 'handle_reserved') check.value = 'reserved'
      else trouble.value = code
    } finally {
      registering.value = false
    }
  }

  const adoptThere = async ({ moved: { handle: name, server: domain, base_url: known } }: Elsewhere): Promise<void> => {
    const here = { server: server.value ?? '', baseUrl: window.location.origin }
    const baseUrl = known ?? resolveServer(`${name}@${domain}`, here).baseUrl
    const there = createClient({ baseUrl })
    const [{ server: called }, mine] = [await there.health(), await owned(there)]
    if (called !== domain || mine === undefined) trouble.value = 'not_there'
    else await session.adopt({ handle: mine, server: domain, base_url: baseUrl })
  }

  const keep = async (): Promise<void> => {
    if (registering.value || !elsewhere.value) return
    registering.value = true
    trouble.value = undefined
    try {
      await adoptThere(elsewhere.value)
    } catch (error) {
      trouble.value = error instanceof ApiError ? error.code : 'not_there'
    } finally {
      registering.value = false
    }
  }

  const useOwn = async (): Promise<void> => {
    const mine = elsewhere.value?.mine
    if (mine !== undefined && server.value) await session.adopt({ handle: mine, server: server.value })
  }

  return { server, trouble, handle, check, registering, elsewhere, begin, typed, take, keep, useOwn }
}
