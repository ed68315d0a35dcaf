import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { expect, it } from 'vitest'
import { buildContext } from '../../scripts/deploy/context.ts'
import { readDockerfile } from '../../scripts/deploy/dockerfile.ts'

const root = join(import.meta.dirname, '..', '..')

it.each(['Dockerfile', 'Dockerfile.runtime'])('%s has nothing that a linter minds', (file) => {
  expect(validate(readFileSync(join(root, file), 'utf8'))).toEqual([])
})

it('the image is built from the sources alone: no dependencies, data, caches, keys or history', () => {
  const context = buildContext(root)
  const paths = context.map(({ path }) => path)
  for (const needed of [
    'package.json',
    'package-lock.json',
    'services/gateway/src/main.ts',
    'web/index.html',
    'vectors/SHA256SUMS',
  ])
    expect(paths).toContain(needed)
  const unwanted = /(^|\/)(node_modules|\.git|\.kez|\.cache|dist|test-results|coverage)(\/|$)|\.(log|nk)$|(^|\/)\.env/
  expect(paths.filter((path) => unwanted.test(path))).toEqual([])
  expect(context.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(16 * 1024 * 1024)
})

it('the image has every workspace that a service needs while it runs, and no test tools', () => {
  const stages = readDockerfile(join(root, 'Dockerfile'))
  const removed = stages
    .flatMap(({ name, instructions }) => (name === 'runtime-deps' || name === 'app' ? instructions : []))
    .flatMap(({ text }) => /^rm -rf (.*?)( &&|$)/.exec(text)?.[1]?.split(' ') ?? [])
  const manifests = globSync('{libs,services}/*/package.json', { cwd: root }).concat('cli/package.json')
  const needed = new Set<string>()
  const need = (name: string): void => {
    const path = manifests.find((file) => JSON.parse(readFileSync(join(root, file), 'utf8')).name === name)
    if (path === undefined || needed.has(path)) return
    needed.add(path)
    for (const other of Object.keys(JSON.parse(readFileSync(join(root, path), 'utf8')).dependencies ?? {})) need(other)
  }
  for (const name of ['gateway', 'registry', 'relay-bridge', 'push', 'cli']) need(`@kez-chat/${name}`)
  const folders = [...needed].map((path) => path.replace('/package.json', ''))
  expect(folders.filter((folder) => removed.includes(folder))).toEqual([])
  const kept = manifests.map((path) => path.replace('/package.json', '')).filter((folder) => !removed.includes(folder))
  expect(kept.filter((folder) => !folders.includes(folder))).toEqual([])
})

it('both Dockerfiles end in the same image', () => {
  const [whole, quick] = ['Dockerfile', 'Dockerfile.runtime'].map((file) => readDockerfile(join(root, file)).at(-1))
  const withoutCopy = (stage: typeof whole) => stage?.instructions.filter(({ name }) => name !== 'COPY')
  expect(withoutCopy(quick)).toEqual(withoutCopy(whole))
  expect(quick?.base).toBe(whole?.base)
  const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies.node
  expect(whole?.base).toContain(`node:${pinned}-`)
})
