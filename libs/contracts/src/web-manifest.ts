import { z } from 'zod'

/** Where a server lists what it serves as the web app. */
export const webManifestPath = '/.well-known/kez-web-manifest.json'

/** A list is not read beyond this. */
export const maxWebManifestBytes = 1024 * 1024

/** A file of the web app: the address at which it is served, its size in bytes, and the hash of its content in hex. */
export const WebFile = z.object({
  path: z.string().regex(/^(?!.*\/\.)(?:\/[\w.-]{1,120}){1,6}$/, 'must be an address like /assets/index-Bx3kQ9_z.js'),
  size: z
    .int()
    .min(0)
    .max(16 * 1024 * 1024),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
})
export type WebFile = z.infer<typeof WebFile>

/** What the build of the web app came to (protocol §2): the same from the same source. */
export const WebManifest = z.object({
  v: z.literal(1),
  /** Of the source. */
  version: z.string().min(1).max(40),
  /** Names the build by the hashes of its files. */
  build: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hex digits'),
  algorithm: z.literal('sha256'),
  files: z
    .array(WebFile)
    .max(1_000)
    .refine((files) => new Set(files.map(({ path }) => path)).size === files.length, 'must name each file once'),
})
export type WebManifest = z.infer<typeof WebManifest>
