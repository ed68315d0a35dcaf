import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { WebManifest, webManifestPath } from '@kez-chat/contracts'
import source from '../package.json' with { type: 'json' }
import { listFiles } from './files.ts'

/** Writes the hash of every file of the app (docs/protocol.md §2), before there are compressed ones beside them. */
export const writeManifest = (dir: string, build: string): void => {
  const { version } = source
  const manifest = WebManifest.parse({ v: 1, version, build, algorithm: 'sha256', files: listFiles(dir) })
  const path = join(dir, webManifestPath)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(manifest, null, 1)}\n`)
}
