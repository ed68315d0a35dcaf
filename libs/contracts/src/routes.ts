/** Who may call a route, and how that is shown. A route without a rule here does not start (deny by default). */
export type RouteRule =
  /** Anyone; what it returns is public, or the request carries its own proof (a signed registration). */
  | 'anyone'
  /** The handle's primary by a read signature of 60 s (`X-KEZ-Auth`, or `?auth=` where `EventSource` needs it). */
  | 'owner-reads'
  /** The handle's primary by a signature over server, method, path and body (or push endpoint), accepted once. */
  | 'owner-changes'
  /** Only reachable on the internal listener. */
  | 'internal'

/** Every HTTP route of the server and who may call it; generated into `docs/authorisation.md`. */
export const routeRules = {
  'GET /v1/healthz': 'anyone',
  'GET /v1/connection': 'anyone',
  'GET /livez': 'anyone',
  'GET /readyz': 'anyone',
  'POST /v1/register': 'anyone',
  'POST /v1/register/check': 'anyone',
  'GET /v1/u/:handle': 'anyone',
  'GET /v1/by-primary/:primary': 'anyone',
  'PUT /v1/profile/:handle/proofs': 'owner-changes',
  'PUT /v1/profile/:handle/transport': 'owner-changes',
  'GET /v1/invites/:handle': 'owner-reads',
  'POST /v1/invites/:handle': 'owner-changes',
  'DELETE /v1/invites/:handle/:id': 'owner-changes',
  'GET /.well-known/webfinger': 'anyone',
  'GET /.well-known/nostr.json': 'anyone',
  'GET /.well-known/kez-web-manifest.json': 'anyone',
  'POST /v1/messages': 'anyone',
  'GET /v1/inbox/:handle': 'owner-reads',
  'DELETE /v1/inbox/:handle': 'owner-changes',
  'GET /v1/inbox/:handle/stream': 'owner-reads',
  'GET /v1/sigchains/:alg/:key': 'anyone',
  'GET /v1/sigchains/:alg/:key/head': 'anyone',
  'POST /v1/sigchains/:alg/:key': 'anyone',
  'GET /v1/push/vapid-public-key': 'anyone',
  'GET /relay': 'anyone',
  'GET /v1/relays': 'anyone',
  'POST /v1/push/subscribe/:handle': 'owner-changes',
  'POST /v1/push/unsubscribe/:handle': 'owner-changes',
  'GET /v1/push/subscriptions/:handle': 'owner-reads',
  'DELETE /v1/push/subscriptions/:handle/:fingerprint': 'owner-changes',
  'POST /v1/push/test/:handle': 'owner-changes',
  'POST /v1/push/receipt': 'anyone',
  'POST /v1/push/replace': 'anyone',
  'GET /openapi.json': 'anyone',
  'GET /docs': 'anyone',
  'GET /docs/style.css': 'anyone',
  'GET /*': 'anyone',
  'INTERNAL GET /metrics': 'internal',
  'INTERNAL GET /livez': 'internal',
  'INTERNAL GET /readyz': 'internal',
  'INTERNAL POST /internal/nats/auth': 'internal',
  'INTERNAL POST /internal/doctor': 'internal',
  'INTERNAL POST /internal/push/doctor': 'internal',
  'INTERNAL POST /internal/invites': 'internal',
  'INTERNAL POST /internal/people': 'internal',
  'INTERNAL POST /internal/projections': 'internal',
} as const satisfies Record<string, RouteRule>

export type RouteId = keyof typeof routeRules
