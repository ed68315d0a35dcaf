import { afterEach, expect, it, vi } from 'vitest'
import { surroundShelves } from '../../test/worker-shelves.ts'
import { keepAll, refreshPage } from './keep.ts'

afterEach(() => vi.unstubAllGlobals())

const hashed = ['/assets/a-1.js', '/assets/b-1.js']
const checked = { '/': 'sha256-page', '/favicon.svg': 'sha256-icon' }
const served = { '/': 'page', '/favicon.svg': 'icon', '/assets/a-1.js': 'a', '/assets/b-1.js': 'b' }
const own = 'kez-app-b2'

it('keeps everything that the version is made of, the page last', async () => {
  const { paths, textOf } = surroundShelves({ release: { hashed, checked }, served })
  await keepAll()
  expect(paths(own).sort()).toEqual(Object.keys(served).sort())
  expect(paths(own).at(-1)).toBe('/')
  expect(await textOf(own, '/assets/b-1.js')).toBe('b')
})

it('takes what has no hash in its name only with the content of this version', async () => {
  const { asked } = surroundShelves({ release: { hashed, checked }, served })
  await keepAll()
  for (const { path, init } of asked)
    expect([path, init?.integrity]).toEqual([path, checked[path as keyof typeof checked]])
  expect(asked.find(({ path }) => path === '/')?.init?.cache).toBe('no-store')
})

it('asks for nothing that an earlier version has under the same name', async () => {
  const { asked, textOf } = surroundShelves({
    ...{ release: { hashed, checked }, served },
    kept: { 'kez-app-b1': { '/': 'old page', '/assets/a-1.js': 'a' } },
  })
  await keepAll()
  expect(asked.map(({ path }) => path).sort()).toEqual(['/', '/assets/b-1.js', '/favicon.svg'])
  expect([await textOf(own, '/'), await textOf(own, '/assets/a-1.js')]).toEqual(['page', 'a'])
})

it('has no page as long as something is missing, and goes on from there', async () => {
  const { server, paths, asked } = surroundShelves({ release: { hashed, checked }, served: { ...served } })
  delete server.served['/assets/b-1.js']
  await expect(keepAll()).rejects.toThrow('/assets/b-1.js is not there')
  await vi.waitFor(() => expect(paths(own).sort()).toEqual(['/assets/a-1.js', '/favicon.svg']))
  server.served['/assets/b-1.js'] = 'b'
  asked.length = 0
  await keepAll()
  expect(asked.map(({ path }) => path)).toEqual(['/assets/b-1.js', '/'])
  asked.length = 0
  await keepAll()
  expect(asked).toEqual([])
})

it('is not asked for twice at once', async () => {
  const { asked } = surroundShelves({ release: { hashed, checked }, served })
  await Promise.all([keepAll(), keepAll()])
  expect(asked).toHaveLength(4)
})

it('takes the page anew for its headers, and nothing before the first time', async () => {
  const { asked, server, textOf } = surroundShelves({ release: { hashed, checked }, served: { ...served } })
  await refreshPage()
  expect(asked).toEqual([])
  await keepAll()
  server.served['/'] = 'page with other headers'
  await refreshPage()
  expect(await textOf(own, '/')).toBe('page with other headers')
})
