import { VERSION } from '../version.ts'

/** What a browser asks a file for; it says so in what it sends along. */
type Destination = 'document' | 'script' | 'style' | 'font' | 'image' | 'manifest' | 'serviceworker'

const byEnding: Readonly<Record<string, Destination>> = {
  js: 'script',
  css: 'style',
  woff2: 'font',
  png: 'image',
  svg: 'image',
  webmanifest: 'manifest',
}

const destinationOf = (path: string): Destination => {
  if (path === '/sw.js') return 'serviceworker'
  return byEnding[/\.(\w+)$/.exec(path)?.[1] ?? ''] ?? 'document'
}

const modes: Readonly<Record<Destination, string>> = {
  document: 'navigate',
  script: 'cors',
  style: 'cors',
  font: 'cors',
  image: 'no-cors',
  manifest: 'cors',
  serviceworker: 'same-origin',
}

const pages = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** What each browser takes where it does not take anything. */
const accepts: Readonly<Partial<Record<Destination, string>>> = {
  document: pages,
  style: 'text/css,*/*;q=0.1',
  image: 'image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8',
}

export type Headers = Readonly<Record<string, string>>

/** Somebody who opens the app: a server can tell them apart, and answer each as it likes. */
export type Visitor = { readonly name: string; readonly headersFor: (path: string) => Headers }

const browser = (name: string, userAgent: string): Visitor => ({
  name,
  headersFor: (path) => {
    const destination = destinationOf(path)
    return {
      'user-agent': userAgent,
      accept: accepts[destination] ?? '*/*',
      'accept-language': 'en-US,en;q=0.9',
      'accept-encoding': 'gzip, deflate, br',
      'sec-fetch-dest': destination,
      'sec-fetch-mode': modes[destination],
      'sec-fetch-site': destination === 'document' ? 'none' : 'same-origin',
      ...(destination === 'document' ? { 'sec-fetch-user': '?1', 'upgrade-insecure-requests': '1' } : {}),
      ...(destination === 'serviceworker' ? { 'service-worker': 'script' } : {}),
    }
  },
})

/** Two browsers, and a program that does not pretend to be one. */
export const visitors: readonly [Visitor, ...Visitor[]] = [
  browser(
    'Chrome on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
  ),
  browser(
    'Safari on iPhone',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1',
  ),
  {
    name: 'kez',
    headersFor: () => ({ 'user-agent': `kez/${VERSION}`, accept: '*/*', 'accept-encoding': 'identity' }),
  },
]
