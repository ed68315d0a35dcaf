import {
  AcceptedMessage,
  ChainHead,
  ChainPage,
  CheckedInvite,
  Health,
  INVITE_HEADER,
  InboxPage,
  Invite,
  InviteList,
  type PostMessageBody,
  Profile,
  PushSubscriptions,
  PushTest,
  RelayList,
  type RelayStatus,
  type SubscribeBody,
  VapidPublicKey,
  WebFinger,
} from '@kez-chat/contracts'
import {
  type AnyPrimary,
  AUTH_HEADER,
  formatTimestamp,
  type InviteHash,
  inboxAuthText,
  mutationAuthText,
  parseAnyPrimary,
  parseHandle,
  parsePrimary,
  pushAuthText,
  type Registration,
  type SigchainEvent,
  type SigningKey,
  signRequest,
  type TransportBinding,
  utf8,
} from '@kez-chat/identity'
import { type AnswerSchema, type Call, createHttp } from './http.ts'
import { type InboxFeed, type InboxFeedOptions, openInboxFeed } from './inbox-feed.ts'
import { createServerClock, wasMisdated } from './server-clock.ts'

export type ClientOptions = {
  /** Origin of the home server, e.g. `https://example.org`; no slash at the end. */
  baseUrl: string
  fetch?: typeof fetch
  /** For one attempt, ms; default 15,000. */
  timeout?: number
  /** How often a call is repeated when the server is not reached or not available; default 2, with jitter. */
  retries?: number
  /**
   * Told whenever it turns out, by the server's answers, how far this device's clock is ahead of the server's, in
   * milliseconds; 0 when it is right again.
   */
  onSkew?: (skew: number) => void
}

/** A person's key and the handle it owns at this server. */
export type Owner = { handle: string; signer: SigningKey }

/** A message to post. The same sealed envelope may be posted again: the server recognises it. */
export type Post = { to: string; envelope: Readonly<PostMessageBody['envelope']>; wake?: boolean }

/** A code to issue. `expiresAt` in unix milliseconds. */
export type NewInvite = InviteHash & { readonly uses: number; readonly expiresAt: number }

type Cancel = { signal?: AbortSignal }

/** `nostr:npub1…` is at `/v1/sigchains/nostr/npub1…`. */
const chainPath = (primary: AnyPrimary): string => `/v1/sigchains/${parseAnyPrimary(primary).replace(':', '/')}`

const nothing: AnswerSchema<void> = { safeParse: () => ({ success: true, data: undefined }) }

/**
 * A typed client of one home server (protocol §2). Every method throws `ApiError` (the server's refusal with its code),
 * `NetworkError` (no answer) or `UnexpectedResponse` (no kez-chat server), and `IdentityError` for a misspelt handle.
 */
export const createClient = (options: ClientOptions) => {
  const { baseUrl } = options
  const clock = createServerClock(options.onSkew)
  const fetcher: typeof fetch = async (input, init) => {
    const response = await (options.fetch ?? globalThis.fetch)(input, init)
    clock.heard(response.headers.get('date'))
    return response
  }
  const call = createHttp({
    baseUrl,
    fetch: fetcher,
    timeout: options.timeout ?? 15_000,
    retries: options.retries ?? 2,
  })
  let serverName: string | undefined

  const json = { 'content-type': 'application/json' }

  const health = async (cancel: Cancel = {}): Promise<Health> => {
    const answer = await call({ method: 'GET', target: '/v1/healthz', alsoAnswer: 503, ...cancel }, Health)
    serverName = answer.server
    return answer
  }

  /**
   * Signs and sends, by the server's time as far as it is known. A refusal for the time tells it: then once more, unless
   * nothing new was learned.
   */
  const inTime = async <T>(send: (now: number) => Promise<T>): Promise<T> => {
    const signedAt = clock.now()
    try {
      return await send(signedAt)
    } catch (error) {
      if (!wasMisdated(error, signedAt, clock)) throw error
      return send(clock.now())
    }
  }

  /** Signs a change over server, method, target and body; the server performs one signature once. */
  const change = async <T>(
    { signer }: Owner,
    request: Pick<Call, 'method' | 'target' | 'body' | 'signal'>,
    schema: AnswerSchema<T>,
  ): Promise<T> => {
    const server = serverName ?? (await health()).server
    const text = mutationAuthText({ server, method: request.method, path: request.target }, utf8(request.body ?? ''))
    return inTime((now) => {
      const headers = { ...(request.body === undefined ? {} : json), [AUTH_HEADER]: signRequest(text, signer, now) }
      return call({ ...request, headers }, schema)
    })
  }

  /** A change of one push subscription is signed over its endpoint in place of the body. */
  const changePush = async <T>(
    { handle, signer }: Owner,
    action: 'subscribe' | 'unsubscribe' | 'test',
    body: { readonly endpoint: string },
    schema: AnswerSchema<T>,
    more: Cancel & { timeout?: number },
  ): Promise<T> => {
    const server = serverName ?? (await health()).server
    const target = `/v1/push/${action}/${parseHandle(handle)}`
    const text = pushAuthText({ server, method: 'POST', path: target }, body.endpoint)
    return inTime((now) => {
      const headers = { ...json, [AUTH_HEADER]: signRequest(text, signer, now) }
      return call({ method: 'POST', target, headers, body: JSON.stringify(body), ...more }, schema)
    })
  }

  return {
    baseUrl,

    /**
     * Unix milliseconds by the server's clock, as far as its answers have told: for what the server and other people judge
     * by time.
     */
    now: clock.now,

    /** Whether the server works, what it calls itself in handles, and its version. */
    health,

    /**
     * Claims a handle with a signed registration, by an invite code where the server demands one. Sent again, the same
     * registration gets the same answer.
     */
    register: (
      registration: Registration,
      { invite, ...cancel }: Cancel & { invite?: string | undefined } = {},
    ): Promise<Profile> => {
      const headers = { ...json, ...(invite === undefined ? {} : { [INVITE_HEADER]: invite }) }
      return call(
        { method: 'POST', target: '/v1/register', headers, body: JSON.stringify(registration), ...cancel },
        Profile,
      )
    },

    /** Whether an invite code still admits somebody; uses nothing up. */
    checkInvite: (invite: string, cancel: Cancel = {}): Promise<CheckedInvite> =>
      call(
        { method: 'POST', target: '/v1/register/check', headers: json, body: JSON.stringify({ invite }), ...cancel },
        CheckedInvite,
      ),

    /** Issues an invite code by its hash (`inviteHash`); the same one again changes nothing. */
    issueInvite: async (
      owner: Owner,
      { id, check, uses, expiresAt }: NewInvite,
      cancel: Cancel = {},
    ): Promise<Invite> => {
      const body = JSON.stringify({ id, check, uses, expires_at: formatTimestamp(expiresAt) })
      return change(
        owner,
        { method: 'POST', target: `/v1/invites/${parseHandle(owner.handle)}`, body, ...cancel },
        Invite,
      )
    },

    /** The own codes that have not expired, and whether more may be issued. */
    invites: async ({ handle, signer }: Owner, cancel: Cancel = {}): Promise<InviteList> => {
      const server = serverName ?? (await health()).server
      const target = `/v1/invites/${parseHandle(handle)}`
      const text = mutationAuthText({ server, method: 'GET', path: target })
      return inTime((now) => {
        const headers = { [AUTH_HEADER]: signRequest(text, signer, now) }
        return call({ method: 'GET', target, headers, ...cancel }, InviteList)
      })
    },

    /** Has a code admit nobody any more. */
    revokeInvite: async (owner: Owner, id: string, cancel: Cancel = {}): Promise<void> =>
      change(owner, { method: 'DELETE', target: `/v1/invites/${parseHandle(owner.handle)}/${id}`, ...cancel }, nothing),

    /** Finds a person by bare handle. */
    lookup: async (handle: string, cancel: Cancel = {}): Promise<Profile> =>
      call({ method: 'GET', target: `/v1/u/${parseHandle(handle)}`, ...cancel }, Profile),

    /** Finds a person by key. */
    lookupPrimary: async (primary: string, cancel: Cancel = {}): Promise<Profile> =>
      call({ method: 'GET', target: `/v1/by-primary/${parsePrimary(primary)}`, ...cancel }, Profile),

    /** RFC 7033 for `acct:<handle>@<server>`, optionally only links of the given relations. */
    webFinger: (account: string, rels: readonly string[] = [], cancel: Cancel = {}): Promise<WebFinger> => {
      const query = new URLSearchParams([['resource', `acct:${account}`], ...rels.map((rel) => ['rel', rel])])
      return call({ method: 'GET', target: `/.well-known/webfinger?${query}`, ...cancel }, WebFinger)
    },

    /** Binds the nostr transport key to the identity. */
    bindTransport: async (owner: Owner, { nostr, proof }: TransportBinding, cancel: Cancel = {}): Promise<Profile> =>
      change(
        owner,
        {
          method: 'PUT',
          target: `/v1/profile/${parseHandle(owner.handle)}/transport`,
          body: JSON.stringify({ nostr, proof }),
          ...cancel,
        },
        Profile,
      ),

    /** Says by which subjects the person wants to be known; the server looks for the claims in the background. */
    setProofs: async (owner: Owner, proofs: readonly string[], cancel: Cancel = {}): Promise<Profile> =>
      change(
        owner,
        {
          method: 'PUT',
          target: `/v1/profile/${parseHandle(owner.handle)}/proofs`,
          body: JSON.stringify({ proofs }),
          ...cancel,
        },
        Profile,
      ),

    /** Puts a sealed envelope into somebody's inbox; when this resolves it is on the server's disk. */
    postMessage: (post: Post, cancel: Cancel = {}): Promise<AcceptedMessage> =>
      call(
        { method: 'POST', target: '/v1/messages', headers: json, body: JSON.stringify(post), ...cancel },
        AcceptedMessage,
      ),

    /** One page of the own inbox after `since`; read on with `next` until it is null. */
    readInbox: async (
      owner: Owner,
      { since = 0, limit = 100, ...cancel }: Cancel & { since?: number; limit?: number } = {},
    ): Promise<InboxPage> => {
      const handle = parseHandle(owner.handle)
      return inTime((now) => {
        const headers = { [AUTH_HEADER]: signRequest(inboxAuthText(handle, since), owner.signer, now) }
        const target = `/v1/inbox/${handle}?since=${since}&limit=${limit}`
        return call({ method: 'GET', target, headers, ...cancel }, InboxPage)
      })
    },

    /** Frees the mailbox up to and including `through`: what all devices of the owner have read. */
    freeInbox: async (owner: Owner, through: number, cancel: Cancel = {}): Promise<void> =>
      change(
        owner,
        { method: 'DELETE', target: `/v1/inbox/${parseHandle(owner.handle)}?through=${through}`, ...cancel },
        nothing,
      ),

    /** The inbox as it arrives. */
    openInbox: (feed: InboxFeedOptions): InboxFeed => openInboxFeed({ baseUrl, fetch: fetcher, now: clock.now }, feed),

    /** A key's sigchain as this server has it, from `from` on; it is the caller who verifies it. */
    readSigchain: async (
      primary: AnyPrimary,
      { from = 0, ...cancel }: Cancel & { from?: number } = {},
    ): Promise<ChainPage> =>
      call({ method: 'GET', target: `${chainPath(primary)}?from=${from}`, ...cancel }, ChainPage),

    /** Where a key's sigchain stands. */
    sigchainHead: async (primary: AnyPrimary, cancel: Cancel = {}): Promise<ChainHead> =>
      call({ method: 'GET', target: `${chainPath(primary)}/head`, ...cancel }, ChainHead),

    /**
     * Appends a signed event; the same one again gets the same answer. When somebody else was faster the `ApiError`
     * has the code `chain_conflict` and the `head` to build on.
     */
    appendSigchain: async (event: SigchainEvent, cancel: Cancel = {}): Promise<ChainHead> =>
      call(
        {
          method: 'POST',
          target: chainPath(event.payload.primary),
          headers: json,
          body: JSON.stringify(event),
          ...cancel,
        },
        ChainHead,
      ),

    /** The nostr relays that the server listens on, and how they do. */
    relays: async (cancel: Cancel = {}): Promise<RelayStatus[]> =>
      (await call({ method: 'GET', target: '/v1/relays', ...cancel }, RelayList)).relays,

    /** The key for `pushManager.subscribe`, base64url. */
    vapidPublicKey: async (cancel: Cancel = {}): Promise<string> =>
      (await call({ method: 'GET', target: '/v1/push/vapid-public-key', ...cancel }, VapidPublicKey)).key,

    /**
     * Has a device woken: `subscription` is the JSON of the browser's `PushSubscription`, with the key that it was made with
     * and a name for the device. Done again at every start it heals what was lost.
     */
    subscribePush: (owner: Owner, subscription: SubscribeBody, cancel: Cancel = {}): Promise<PushSubscriptions> =>
      changePush(owner, 'subscribe', subscription, PushSubscriptions, cancel),

    /** Has a device woken no more. */
    unsubscribePush: (owner: Owner, endpoint: string, cancel: Cancel = {}): Promise<void> =>
      changePush(owner, 'unsubscribe', { endpoint }, nothing, cancel),

    /** Which devices are woken, by `endpointFingerprint`, how that goes, and the server's current key. */
    pushSubscriptions: async ({ handle, signer }: Owner, cancel: Cancel = {}): Promise<PushSubscriptions> => {
      const server = serverName ?? (await health()).server
      const target = `/v1/push/subscriptions/${parseHandle(handle)}`
      const text = mutationAuthText({ server, method: 'GET', path: target })
      return inTime((now) => {
        const headers = { [AUTH_HEADER]: signRequest(text, signer, now) }
        return call({ method: 'GET', target, headers, ...cancel }, PushSubscriptions)
      })
    },

    /** Has another device woken no more, by its fingerprint; it does not subscribe by itself again. */
    forgetPushDevice: async (owner: Owner, fingerprint: string, cancel: Cancel = {}): Promise<void> => {
      const target = `/v1/push/subscriptions/${parseHandle(owner.handle)}/${fingerprint}`
      return change(owner, { method: 'DELETE', target, ...cancel }, nothing)
    },

    /** Sends a real push to a device and says how far it came; takes up to 20 s. */
    testPush: (owner: Owner, endpoint: string, cancel: Cancel = {}): Promise<PushTest> =>
      changePush(owner, 'test', { endpoint }, PushTest, { timeout: 25_000, ...cancel }),
  }
}

export type Client = ReturnType<typeof createClient>
