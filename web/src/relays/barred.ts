import type { RelayState } from '@kez-chat/nostr-client'
import { signal } from '@preact/signals-core'

/** Origins that the page's own CSP has kept it from. Only the browser knows, and says so as it happens. */
const origins = signal<ReadonlySet<string>>(new Set())

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url)

document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
  if (effectiveDirective === 'connect-src') origins.value = new Set([...origins.value, originOf(blockedURI)])
})

/** Whether the server's settings, and not the relay, stand in the way. */
export const isBarred = ({ url, phase }: Pick<RelayState, 'url' | 'phase'>): boolean =>
  phase !== 'live' && origins.value.has(originOf(url))
