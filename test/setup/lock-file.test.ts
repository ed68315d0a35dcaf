import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
})

/** The folders in which Node would look for a package that is required from `folder`. */
const candidates = (folder: string, name: string): string[] => {
  const inner = folder.lastIndexOf('/node_modules/')
  const outer = inner >= 0 ? candidates(folder.slice(0, inner), name) : folder === '' ? [] : candidates('', name)
  return [`${folder === '' ? '' : `${folder}/`}node_modules/${name}`, ...outer]
}

test('the lock file names the native part of every tool for every platform, so a fresh clone installs anywhere', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8')
  const { packages } = lockFile.parse(JSON.parse(text))
  const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !candidates(folder, name).some((path) => path in packages))
      .map((name) => `${name} (of ${folder})`),
  )
  expect(missing).toEqual([])
})
