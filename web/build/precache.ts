import type { WebFile } from '@kez-chat/contracts'
import type { Release } from '../src/worker/release.ts'

/** Kept once they were used, but not fetched beforehand: large, and what needs them needs the network as well or goes without. */
const onlyWhenUsed = [
  // zstd, for claims in their compact form: looking for a claim needs the network.
  /^\/assets\/zstd-/,
  // Letters beyond those of western Europe; a font of the system stands in.
  /^\/assets\/inter-latin-ext-/,
  // Keys and words in one width; the system has such a font as well.
  /^\/assets\/jetbrains-mono-/,
]

/** Beside the assets: the page, and what the browser and notifications show of the app. */
const others = ['/index.html', '/favicon.svg', '/icon-192.png', '/manifest.webmanifest']

const integrityOf = ({ sha256 }: WebFile): string => `sha256-${Buffer.from(sha256, 'hex').toString('base64')}`

/** What an app without a network needs, for the worker to keep. */
export const releaseOf = (build: string, files: readonly WebFile[]): Release => ({
  build,
  hashed: files
    .map(({ path }) => path)
    .filter((path) => path.startsWith('/assets/') && !onlyWhenUsed.some((pattern) => pattern.test(path))),
  checked: Object.fromEntries(
    files
      .filter(({ path }) => others.includes(path))
      // The page is kept under the address that people open.
      .map((file) => [file.path === '/index.html' ? '/' : file.path, integrityOf(file)]),
  ),
})
