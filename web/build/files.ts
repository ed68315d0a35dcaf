import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { WebFile } from '@kez-chat/contracts'

/** Every file under `dir`, in the order of their addresses. */
export const listFiles = (dir: string): WebFile[] =>
  globSync('**/*', { cwd: dir })
    .filter((name) => statSync(join(dir, name)).isFile())
    .map((name) => {
      const content = readFileSync(join(dir, name))
      return {
        path: `/${name.split(sep).join('/')}`,
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))

/** Names a build by what is in it: the same files have the same name, wherever they were built. */
export const nameOfBuild = (files: readonly WebFile[]): string =>
  createHash('sha256')
    .update(files.map(({ path, sha256 }) => `${path} ${sha256}\n`).join(''))
    .digest('hex')
    .slice(0, 16)
