import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import dockerignore from '@balena/dockerignore'

export type ContextFile = { readonly path: string; readonly bytes: number }

/** The files that a build of the image is given: all in `root` but what .dockerignore keeps out. */
export const buildContext = (root: string): ContextFile[] => {
  const ignore = dockerignore.default().add(readFileSync(join(root, '.dockerignore'), 'utf8'))
  const files: ContextFile[] = []
  const walk = (folder: string): void => {
    for (const { name } of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (ignore.ignores(path)) continue
      const stat = lstatSync(join(root, path))
      if (stat.isDirectory()) walk(path)
      else if (stat.isFile()) files.push({ path, bytes: stat.size })
    }
  }
  walk('')
  return files
}
