import cipherWorker from '../sync/cipher-worker.ts?worker&url'
import argon2Worker from '../vault/argon2-worker.ts?worker&url'

/** The service worker; the build puts it there. */
export const serviceWorkerScript = '/sw.js'

// The only scripts that code of ours may start by URL; anything else is refused, also where Trusted Types are unknown.
const allowed = new Set([argon2Worker, cipherWorker, serviceWorkerScript])

const check = (url: string): string => {
  if (!allowed.has(url)) throw new TypeError('not one of our scripts')
  return url
}

type TrustedTypes = { createPolicy(name: string, rules: { createScriptURL: typeof check }): typeof policy }
declare const trustedTypes: TrustedTypes | undefined

const policy: { createScriptURL(url: string): unknown } | undefined =
  typeof trustedTypes === 'undefined' ? undefined : trustedTypes.createPolicy('kez', { createScriptURL: check })

/** A script of ours as `new Worker` and `register` take it under the page's Trusted Types rule. */
export const scriptUrl = (url: string): string | URL => {
  // TypeScript does not know that a TrustedScriptURL is as good as a URL here.
  const trusted = policy?.createScriptURL(url)
  return trusted === undefined ? check(url) : (trusted as URL)
}
